package io.genstage.link;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.genstage.AsyncConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.Subscription;
import io.genstage.delivery.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a link, as a consumer. An event is handled when the engine has
 * confirmed its message; what its source hears is {@link Outcome#HANDED_OVER}. As many
 * messages are unconfirmed as the {@linkplain io.genstage.StageOptions#inFlight()
 * options} of the stage allow, which is one by default; when the engine is slow or away,
 * whoever sends events to the stage waits.
 *
 * <pre>{@code
 * LinkSender<Order> sender = new LinkSender<>(links, orders, (order) -> LinkMessage.of(mapper.write(order)));
 * system.start("orders-out", sender, StageOptions.defaults().withInFlight(InFlight.of(500)));
 * }</pre>
 *
 * While the engine can't be reached the stage waits, which its
 * {@linkplain io.genstage.StageStatus#outage() status} shows. An event that can't be made
 * into a message, or whose message the engine refuses, has failed as any event of a
 * consumer does: with a {@linkplain io.genstage.StageOptions#failure() failure policy} it
 * is tried again or becomes a dead letter, without one the stage fails. When the engine
 * says that this end is of no use any more, the stage fails with what it has in hand; if
 * its pipeline starts it again with nothing left to send, it fails for good. What is
 * tried again is made into a message again, which has the headers of the first one: by an
 * id among them a receiver recognizes what it has got twice. That is so as long as this
 * stage runs and the event is the same object.
 *
 * @param <E> the type of the events
 */
public final class LinkSender<E> implements AsyncConsumerStage<E> {

	private final LinkProvider provider;

	private final LinkDefinition link;

	private final Function<? super E, LinkMessage> toMessage;

	private final EngineFailure engineFailure;

	private final KeptHeaders kept = new KeptHeaders();

	private @Nullable StageContext context;

	private boolean hasNothingToDo;

	private @Nullable LinkWriter writer;

	private @Nullable ObservedLink observed;

	/**
	 * Creates the sending end of a link, which is opened when the stage starts.
	 * @param provider carries the link
	 * @param link the link
	 * @param toMessage makes the message of an event; called by the stage, one call at a
	 * time
	 */
	public LinkSender(LinkProvider provider, LinkDefinition link, Function<? super E, LinkMessage> toMessage) {
		this(Objects.requireNonNull(provider, "provider must not be null"),
				Objects.requireNonNull(link, "link must not be null"),
				Objects.requireNonNull(toMessage, "toMessage must not be null"), new EngineFailure());
	}

	private LinkSender(LinkProvider provider, LinkDefinition link, Function<? super E, LinkMessage> toMessage,
			EngineFailure engineFailure) {
		this.provider = provider;
		this.link = link;
		this.toMessage = toMessage;
		this.engineFailure = engineFailure;
	}

	/**
	 * Returns this end for another run or instance of its stage. They share whether the
	 * engine is of use: one that has nothing left to send, after another one has failed
	 * since the engine is of none, fails as well, so that what was lost doesn't look like
	 * a success.
	 * @return another sending end of the same link
	 */
	public LinkSender<E> again() {
		return new LinkSender<>(this.provider, this.link, this.toMessage, this.engineFailure);
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
		this.hasNothingToDo = false;
		this.observed = ObservedLink.of(context, this.link);
		this.writer = this.provider.openWriter(this.link, new Writing(context.self()));
	}

	@Override
	public CompletionStage<?> begin(E event, Subscription from) {
		LinkMessage made = Objects.requireNonNull(this.toMessage.apply(event), "an event was made into no message");
		Map<String, String> former = this.kept.take(event);
		LinkMessage message = (former != null) ? made.withHeaders(former) : made;
		LinkWriter current = Objects.requireNonNull(this.writer, "not started");
		Attempt attempt = new Attempt(event, message);
		try {
			return attempt.of(Objects.requireNonNull(this.observed, "not started").send(message, current::send));
		}
		catch (RuntimeException ex) {
			attempt.failed();
			throw ex;
		}
	}

	@Override
	public void onInfo(Object message) throws Exception {
		if (!(message instanceof Standing standing)) {
			AsyncConsumerStage.super.onInfo(message);
			return;
		}
		StageContext current = Objects.requireNonNull(this.context, "not started");
		if (standing.isFinal()) {
			Throwable cause = Objects.requireNonNull(standing.cause());
			this.engineFailure.occurred(cause);
			current.fail(cause);
		}
		else {
			current.sourceUnavailable(standing.cause());
		}
	}

	/** What an end before has lost is not handled, though there is nothing left to do. */
	@Override
	public void onDrain(StageContext context) {
		Throwable cause = this.engineFailure.cause();
		if (cause != null) {
			this.hasNothingToDo = true;
			context.fail(new IllegalStateException(
					"nothing was sent over the link '%s' since it has failed: %s".formatted(this.link.name(), cause),
					cause));
		}
		else {
			context.complete();
		}
	}

	/** Another run would find nothing to do, too. */
	@Override
	public boolean isRestartable() {
		return !this.hasNothingToDo;
	}

	@Override
	public void onStop(ExitReason reason) {
		if (this.writer != null) {
			this.writer.close();
		}
	}

	/**
	 * One sending of a message. It has failed as well when it is given up: the message
	 * may get there nevertheless.
	 */
	private final class Attempt extends CompletableFuture<Outcome> {

		private final Object event;

		private final LinkMessage message;

		private final AtomicBoolean failed = new AtomicBoolean();

		Attempt(Object event, LinkMessage message) {
			this.event = event;
			this.message = message;
		}

		/** Returns what is cancelled if it is given up. */
		CompletionStage<Outcome> of(CompletionStage<Void> sending) {
			CompletionStage<?> unused = sending.whenComplete((sent, failure) -> {
				if (failure == null) {
					LinkSender.this.engineFailure.disproved();
					complete(Outcome.HANDED_OVER);
				}
				else {
					// Before anybody hears of it and tries again.
					failed();
					completeExceptionally(failure);
				}
			});
			return this;
		}

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			boolean cancelled = super.cancel(mayInterruptIfRunning);
			if (cancelled) {
				failed();
			}
			return cancelled;
		}

		void failed() {
			if (this.failed.compareAndSet(false, true)) {
				LinkSender.this.kept.keep(this.event, this.message.headers());
			}
		}

	}

	/**
	 * Sends the stage what the engine reports.
	 */
	private record Writing(StageRef stage) implements LinkListener {

		@Override
		public void interrupted(Throwable cause) {
			this.stage.tell(new Standing(cause, false));
		}

		@Override
		public void recovered() {
			this.stage.tell(new Standing(null, false));
		}

		@Override
		public void failed(Throwable cause) {
			this.stage.tell(new Standing(cause, true));
		}

	}

	/**
	 * The message to itself.
	 *
	 * @param cause why the engine can't be reached, or {@code null} if it can be
	 * @param isFinal whether it never can
	 */
	private record Standing(@Nullable Throwable cause, boolean isFinal) {
	}

}
