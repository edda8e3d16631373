package io.genstage.settling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

import java.util.function.Supplier;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.RetryAfterException;
import io.genstage.simulation.SeededExecutor;
import org.jspecify.annotations.Nullable;

/**
 * What the handlers of one stage do with events, over all its runs: with most of them
 * nothing but to say that they have, and with some of them they fail, now or always.
 */
final class Work {

	/** How often an event may fail that is going to be handled. */
	private static final int MOST_FAILURES = 3;

	private final SeededExecutor executor;

	private final Random random;

	private final Account account;

	private final Naming naming;

	private final Habit habit;

	private final Duration awayFrom;

	private final Duration awayUntil;

	private final Map<Item, Plan> plans = new HashMap<>();

	/** What has to be handled in order, or null if nothing has. */
	private @Nullable Order order;

	/** Where letters are that events have to wait behind, or null if they needn't. */
	private @Nullable FlakyStore letters;

	Work(SeededExecutor executor, Random random, Account account) {
		this.executor = executor;
		this.random = random;
		this.account = account;
		this.naming = Naming.values()[random.nextInt(Naming.values().length)];
		this.habit = Habit.values()[random.nextInt(Habit.values().length)];
		this.awayFrom = Duration.ofMillis(random.nextInt(8000));
		this.awayUntil = (random.nextInt(3) == 0) ? this.awayFrom.plusMillis(random.nextInt(60_000)) : Duration.ZERO;
	}

	void keepsOrder(Order order) {
		this.order = (this.naming != Naming.FAILED_ONES) ? order : null;
	}

	void waitsBehind(FlakyStore letters) {
		this.letters = letters;
	}

	/** Handles a list, and returns what was handled. */
	List<Item> handleAll(List<Item> events, StageContext context) {
		List<Item> handled = new ArrayList<>();
		List<Subscription> sources = new ArrayList<>();
		BatchFailure failure = null;
		List<List<Object>> givenUp = new ArrayList<>();
		for (int place = 0; place < events.size(); place++) {
			Item item = events.get(place);
			Subscription from = context.source(place);
			try {
				attempt(item);
				if (givesUp()) {
					givenUp.add(List.of(from, item));
				}
				else {
					handled.add(item);
					sources.add(from);
				}
			}
			catch (IllegalStateException ex) {
				if (this.naming == Naming.NOBODY) {
					throw ex;
				}
				failure = (failure != null) ? failure.and(item, ex) : BatchFailure.of(item, ex);
			}
		}
		givenUp.forEach((one) -> context.discard((Subscription) one.get(0), List.of(one.get(1)), "given up", null));
		if (failure == null || this.naming == Naming.FAILED_ONES) {
			finishAll(handled, sources::get, context);
		}
		if (failure != null) {
			throw (this.naming == Naming.FAILED_ONES) ? failure.othersAccepted() : failure;
		}
		return handled;
	}

	private void finishAll(List<Item> handled, IntFunction<Subscription> sources, StageContext context) {
		for (int place = 0; place < handled.size(); place++) {
			finish(handled.get(place), sources.apply(place), context);
		}
	}

	/** Handles an event, and returns whether it has not given it up. */
	boolean handle(Item item, Subscription from, StageContext context, boolean mayGiveUp) {
		attempt(item);
		if (mayGiveUp && givesUp()) {
			context.discard(from, List.of(item), "given up", null);
			return false;
		}
		finish(item, from, context);
		return true;
	}

	private boolean givesUp() {
		return this.random.nextInt(30) == 0;
	}

	void finish(Item item, Subscription from, StageContext context) {
		this.account.finished(item, context.self().name());
		if (this.order != null) {
			this.account.inOrder(item, context.self().name(), from, (this.order == Order.ALL) ? "" : item.key());
		}
	}

	/** An event that the stage keeps is lost with it, which nobody else can name. */
	void lose(Item item, StageContext context) {
		this.account.lost(item, context.self().name());
	}

	/** Begins to handle an event, which takes some time. */
	CompletableFuture<List<Object>> begin(Item item, StageContext context, boolean emits) {
		if (this.random.nextInt(4) == 0) {
			// Before there is a future.
			attempt(item);
		}
		CompletableFuture<List<Object>> future = new CompletableFuture<>();
		Runnable work = () -> {
			try {
				attempt(item);
				List<Object> outputs = emits ? outputs(List.of(item)) : List.of();
				this.account.finished(item, context.self().name());
				future.complete(outputs);
			}
			catch (RuntimeException | Error ex) {
				future.completeExceptionally(ex);
			}
		};
		takeTime(work);
		return future;
	}

	private void takeTime(Runnable work) {
		switch (this.random.nextInt(3)) {
			case 0 -> work.run();
			case 1 -> this.executor.execute(work);
			default -> this.executor.schedule(Duration.ofMillis(this.random.nextInt(2000)), work);
		}
	}

	/**
	 * Begins to handle an event that is settled by its acknowledgement, now or later, and
	 * seldom never. What is made of it is nobody's child.
	 */
	CompletableFuture<List<Object>> begin(Item item, Acknowledgement acknowledgement, StageContext context,
			boolean emits) {
		CompletableFuture<List<Object>> call = new CompletableFuture<>();
		if (this.random.nextInt(60) > 0) {
			takeTime(() -> settle(item, acknowledgement, context.self().name(), call));
		}
		takeTime(() -> call
			.complete(emits ? List.of(Item.madeOf(List.of(), this.account.nextNumber(), item.key())) : List.of()));
		return call;
	}

	private void settle(Item item, Acknowledgement acknowledgement, String stage, CompletableFuture<?> call) {
		try {
			attempt(item);
			this.account.accepts(item, stage, acknowledgement::accept);
		}
		catch (EventRejectedException ex) {
			acknowledgement.reject(ex);
		}
		catch (RetryAfterException ex) {
			acknowledgement.retry(ex.delay());
		}
		catch (RuntimeException ex) {
			if (this.random.nextBoolean()) {
				acknowledgement.retry();
			}
			else {
				call.completeExceptionally(ex);
			}
		}
		catch (Error ex) {
			call.completeExceptionally(ex);
		}
		if (this.random.nextInt(10) == 0 && acknowledgement.isSettled() && acknowledgement.accept()) {
			this.account.complain("%s is settled twice by %s", item, stage);
		}
	}

	private void attempt(Item item) {
		if (this.letters != null && this.letters.hasBefore(item)) {
			this.account.complain("%s is handled though an earlier letter of its key waits", item);
		}
		Duration now = this.executor.now();
		if (now.compareTo(this.awayFrom) >= 0 && now.compareTo(this.awayUntil) < 0) {
			throw new IllegalStateException("away");
		}
		this.plans.computeIfAbsent(item, (unknown) -> plan()).attempt();
	}

	private Plan plan() {
		return switch (this.random.nextInt(24)) {
			case 0, 1, 2, 3 -> new Plan(1 + this.random.nextInt(MOST_FAILURES), () -> new IllegalStateException("no"));
			case 4 -> new Plan(Integer.MAX_VALUE, () -> new IllegalStateException("never"));
			case 5 -> new Plan(Integer.MAX_VALUE, () -> new EventRejectedException("rejected"));
			case 6 -> new Plan(1, () -> new RetryAfterException(Duration.ofMillis(this.random.nextInt(5000))));
			case 7 -> (this.random.nextInt(4) == 0) ? Plan.crash() : Plan.none();
			default -> Plan.none();
		};
	}

	/** Makes what events lead to that were handled in one call. */
	List<Object> outputs(List<Item> handled) {
		List<Object> outputs = new ArrayList<>();
		int number = switch (this.habit) {
			case SAME -> handled.size();
			case DOUBLE -> 2 * handled.size();
			case FILTER -> (int) handled.stream().filter((item) -> item.number() % 3 == 0).count();
			case SUM -> Math.min(handled.size(), 1);
		};
		for (int output = 0; output < number; output++) {
			outputs.add(Item.madeOf(handled, this.account.nextNumber(), handled.get(0).key()));
		}
		if (this.random.nextInt(20) == 0) {
			outputs.add(rootDelivery());
		}
		return outputs;
	}

	/** Makes an event that a producer-consumer is the source of. */
	private Delivery<Item> rootDelivery() {
		Item root = Item.root(this.account.nextNumber(), this.random.nextInt(Source.KEYS));
		return Delivery.of(root, this.account, "own");
	}

	/**
	 * What becomes of the attempts with an event.
	 */
	private static final class Plan {

		private final Supplier<? extends Throwable> failure;

		private int failures;

		Plan(int failures, Supplier<? extends Throwable> failure) {
			this.failures = failures;
			this.failure = failure;
		}

		static Plan none() {
			return new Plan(0, IllegalStateException::new);
		}

		static Plan crash() {
			return new Plan(1, () -> new AssertionError("crash"));
		}

		void attempt() {
			if (this.failures > 0) {
				this.failures -= (this.failures < Integer.MAX_VALUE) ? 1 : 0;
				Throwable thrown = this.failure.get();
				if (thrown instanceof Error error) {
					throw error;
				}
				throw (RuntimeException) thrown;
			}
		}

	}

	/**
	 * Whom a list handler names that has failed.
	 */
	enum Naming {

		/** Nobody: all have failed. */
		NOBODY,

		/** The others are handled again. */
		CULPRITS,

		/** The others are done. */
		FAILED_ONES

	}

	/**
	 * What is made of events.
	 */
	enum Habit {

		SAME, DOUBLE, FILTER,

		/** One for all of a call. */
		SUM

	}

	/**
	 * What is to be handled in the order in which it was emitted.
	 */
	enum Order {

		ALL, BY_KEY

	}

}
