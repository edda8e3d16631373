package io.genstage.desk;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.demand.OwedDemand;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of letters on to the stage that has failed, as many as it asks for,
 * the oldest first. Of letters with the same key one is under way at a time: the next one
 * goes when that was handled, and none if it has failed again.
 */
final class ReplayProducer implements ProducerStage<Object> {

	/** How often it is looked whether the stage has other instances, or none. */
	static final Duration LOOK = Duration.ofSeconds(1);

	/** For how long letters are claimed. They are claimed again well before that. */
	static final Duration CLAIM = Duration.ofMinutes(5);

	private static final Duration RENEWAL = CLAIM.dividedBy(3);

	private static final System.Logger logger = StageLog.of(ReplayProducer.class);

	private final UUID claim = UUID.randomUUID();

	private final Target target;

	private final DeadLetterStore store;

	private final Carrier carrier;

	private final InstantSource time;

	private final Replay replay;

	private final boolean abandonedToo;

	/** Letters that were not handed on yet. */
	private final Map<UUID, DeadLetter> plan = new LinkedHashMap<>();

	private final Map<UUID, DeadLetter> underWay = new LinkedHashMap<>();

	private volatile boolean ended;

	/** How many letters of each key were not handed on yet. */
	private final Map<String, Integer> planned = new HashMap<>();

	private final Set<String> busyKeys = new HashSet<>();

	private final Set<String> failedKeys = new HashSet<>();

	private final OwedDemand owed = new OwedDemand();

	private @Nullable StageContext context;

	private long renewedAt;

	/**
	 * Creates a producer.
	 * @param letters the letters of one stage, the oldest first
	 * @param abandonedToo whether abandoned letters are meant as well
	 */
	ReplayProducer(List<DeadLetter> letters, boolean abandonedToo, Target target, DeadLetterStore store,
			Carrier carrier, InstantSource time, Replay replay) {
		letters.forEach(this::plan);
		this.abandonedToo = abandonedToo;
		this.target = target;
		this.store = store;
		this.carrier = carrier;
		this.time = time;
		this.replay = replay;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
		this.renewedAt = context.nanoTime();
		context.self().tell(Look.LOOK);
	}

	@Override
	public boolean isRestartable() {
		return false;
	}

	@Override
	public List<Object> handleDemand(long demand) {
		this.owed.add(demand);
		return pull();
	}

	@Override
	public long withdrawDemand(long demand) {
		return this.owed.withdraw(demand);
	}

	@Override
	public List<Object> onInfo(Object message) throws Exception {
		if (message instanceof Settled settled) {
			note(settled);
		}
		else if (message instanceof Target.NotSubscribed notSubscribed) {
			this.target.notSubscribed(notSubscribed);
		}
		else if (message == Look.LOOK) {
			look();
		}
		else {
			return ProducerStage.super.onInfo(message);
		}
		return pull();
	}

	@Override
	public List<Object> onCancel(Subscription subscription, Cancellation cancellation) {
		this.target.left(subscription);
		return pull();
	}

	@Override
	public void onStop(ExitReason reason) {
		this.ended = true;
		leaveAll("the replay has ended: " + reason);
		leaveFollowing();
	}

	private void leaveFollowing() {
		this.replay.following(this.target.stage()).forEach((letter) -> leave(letter, "the replay has ended"));
	}

	private void plan(DeadLetter letter) {
		this.plan.put(letter.id(), letter);
		if (letter.key() != null) {
			this.planned.merge(letter.key(), 1, Integer::sum);
		}
	}

	private void note(Settled settled) {
		this.replay.following(this.target.stage()).forEach(this::plan);
		DeadLetter letter = settled.letter();
		this.underWay.remove(letter.id());
		if (letter.key() != null) {
			this.busyKeys.remove(letter.key());
			if (settled.failed()) {
				this.failedKeys.add(letter.key());
			}
		}
	}

	private void look() {
		Optional<String> refusal = this.target.refusal();
		if (refusal.isPresent()) {
			leaveAll(refusal.get());
		}
		else {
			this.target.connect(context().self());
		}
		renewClaims();
		if (!isDone()) {
			context().tellLater(LOOK, Look.LOOK);
		}
	}

	private void renewClaims() {
		long now = context().nanoTime();
		if (now - this.renewedAt >= RENEWAL.toNanos()) {
			this.renewedAt = now;
			try {
				this.underWay.keySet().forEach((id) -> this.store.claim(id, this.claim, CLAIM));
			}
			catch (RuntimeException ex) {
				logger.log(Level.WARNING, () -> "could not keep dead letters that are being replayed claimed", ex);
			}
		}
	}

	private List<Object> pull() {
		if (this.replay.isStopped()) {
			leaveAll("the replay was stopped");
		}
		if (this.target.isDraining()) {
			leaveAll("the pipeline of the stage drains");
		}
		List<Object> events = new ArrayList<>();
		Iterator<DeadLetter> letters = this.plan.values().iterator();
		while (events.size() < this.owed.events() && letters.hasNext()) {
			DeadLetter next = letters.next();
			if (next.key() == null || !this.busyKeys.contains(next.key())) {
				letters.remove();
				if (next.key() != null) {
					this.planned.computeIfPresent(next.key(), (key, number) -> (number > 1) ? number - 1 : null);
				}
				take(next).ifPresent(events::add);
			}
		}
		this.owed.meet(events.size());
		if (isDone()) {
			context().complete();
		}
		return events;
	}

	private boolean isDone() {
		return this.plan.isEmpty() && this.underWay.isEmpty();
	}

	/** Returns what to emit for a letter, if it can be replayed. */
	private Optional<Object> take(DeadLetter planned) {
		try {
			if (planned.key() != null && this.failedKeys.contains(planned.key())) {
				this.replay.leave(planned.id(), "a letter in front of it with the same key has failed again");
				return Optional.empty();
			}
			DeadLetter letter = this.store.claim(planned.id(), this.claim, CLAIM).orElse(null);
			if (letter == null) {
				this.replay.leave(planned.id(), whyNotClaimed(planned.id()));
				return Optional.empty();
			}
			if (letter.status() == DeadLetter.Status.ABANDONED && !this.abandonedToo) {
				this.store.giveBack(letter, this.claim);
				this.replay.leave(letter.id(), "it was abandoned meanwhile");
				return Optional.empty();
			}
			return handOn(letter);
		}
		catch (RuntimeException ex) {
			leaveByFailure(planned, ex);
			return Optional.empty();
		}
	}

	private String whyNotClaimed(UUID id) {
		DeadLetter found = this.store.find(id).orElse(null);
		if (found == null) {
			return "there is no such letter any more";
		}
		return (found.status() == DeadLetter.Status.REPLAYING) ? "it is being replayed already"
				: "a letter in front of it with the same key waits";
	}

	private Optional<Object> handOn(DeadLetter letter) {
		Object event;
		try {
			event = this.store.event(letter.id()).orElse(null);
		}
		catch (RuntimeException ex) {
			giveBack(letter, "can't read %s: %s".formatted(letter.eventType(), StageLog.describe(ex)));
			return Optional.empty();
		}
		if (event == null) {
			this.replay.leave(letter.id(), "there is no such letter any more");
			return Optional.empty();
		}
		Optional<String> refusal = this.target.refusal(event);
		if (refusal.isPresent()) {
			giveBack(letter, refusal.get());
			return Optional.empty();
		}
		this.underWay.put(letter.id(), letter);
		if (letter.key() != null) {
			this.busyKeys.add(letter.key());
		}
		boolean last = letter.key() != null && !this.planned.containsKey(letter.key());
		return Optional.of(this.carrier.carry(event, new FateOf(letter, last)));
	}

	/** Lets those wait that are not under way, also if it was never started. */
	void leaveAll(String reason) {
		List<DeadLetter> left = List.copyOf(this.plan.values());
		this.plan.clear();
		this.planned.clear();
		left.forEach((letter) -> leave(letter, reason));
	}

	/** Lets a letter wait that is not claimed. */
	private void leave(DeadLetter letter, String reason) {
		try {
			this.store.explain(letter.id(), reason);
			this.replay.leave(letter.id(), reason);
		}
		catch (RuntimeException ex) {
			leaveByFailure(letter, ex);
		}
	}

	/**
	 * The reason why a letter was abandoned is of more use than why it is still there.
	 */
	private void giveBack(DeadLetter letter, String reason) {
		boolean waits = letter.status() != DeadLetter.Status.ABANDONED;
		this.store.giveBack(waits ? letter.withReason(reason) : letter, this.claim);
		this.replay.leave(letter.id(), reason);
	}

	private void leaveByFailure(DeadLetter letter, RuntimeException failure) {
		logger.log(Level.WARNING, () -> "could not replay %s: the store failed".formatted(letter), failure);
		this.replay.leave(letter.id(), "the store failed: " + failure.getClass().getName());
	}

	private StageContext context() {
		if (this.context == null) {
			throw new IllegalStateException("not started");
		}
		return this.context;
	}

	/**
	 * What becomes of a letter when its event has been handled, or has not. It does so
	 * though the producer may have ended.
	 */
	private final class FateOf implements Carrier.Fate {

		private final DeadLetter letter;

		/** Whether no more letters of its key are known of. */
		private final boolean last;

		FateOf(DeadLetter letter, boolean last) {
			this.letter = letter;
			this.last = last;
		}

		@Override
		public void accepted() {
			ReplayProducer self = ReplayProducer.this;
			settle(false, () -> {
				if (self.store.remove(this.letter.id(), self.claim)) {
					if (this.last) {
						takeAlong();
					}
					self.replay.accept();
				}
				else {
					self.replay.leave(this.letter.id(), "it was handled, but somebody else has taken the letter");
				}
			});
		}

		/**
		 * Finds letters that wait for this one only, after it is gone. What comes later
		 * doesn't wait any more.
		 */
		private void takeAlong() {
			ReplayProducer self = ReplayProducer.this;
			int room = self.replay.room();
			if (room <= 0 || self.replay.isStopped()) {
				return;
			}
			try {
				List<DeadLetter> found = self.store
					.oldestFirst(filter(), this.letter.position(), Math.min(room, DeadLetterDesk.MAX_LIMIT))
					.stream()
					.takeWhile((behind) -> behind.attempts() == 0 && behind.causeType() == null)
					.toList();
				self.replay.takeAlong(found);
			}
			catch (RuntimeException ex) {
				logger.log(Level.WARNING,
						() -> "could not look for letters behind %s, and leaves them".formatted(this.letter), ex);
			}
		}

		private DeadLetterFilter filter() {
			return DeadLetterFilter.all()
				.withStage(this.letter.stage())
				.withKey(Objects.requireNonNull(this.letter.key()))
				.withStatus(DeadLetter.Status.WAITING);
		}

		@Override
		public void failed(@Nullable Throwable cause, @Nullable String reason) {
			ReplayProducer self = ReplayProducer.this;
			settle(true, () -> {
				DeadLetter again = this.letter.replayedInVain(1, self.time.instant()).withReason(reason);
				self.store.giveBack((cause != null) ? again.withCause(cause) : again, self.claim);
				self.replay.failAgain();
			});
		}

		private void settle(boolean failed, Runnable step) {
			try {
				step.run();
			}
			catch (RuntimeException ex) {
				leaveByFailure(this.letter, ex);
			}
			context().self().tell(new Settled(this.letter, failed));
			if (ReplayProducer.this.ended) {
				leaveFollowing();
			}
		}

	}

	/**
	 * Reports to the producer that the event of a letter is no longer under way.
	 */
	private record Settled(DeadLetter letter, boolean failed) {
	}

	/**
	 * The message to itself.
	 */
	private enum Look {

		LOOK

	}

}
