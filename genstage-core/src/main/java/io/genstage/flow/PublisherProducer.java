package io.genstage.flow;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.demand.OwedDemand;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * A producer of what a publisher sends. Each start of the stage subscribes anew.
 * <p>
 * One turn hands on what has arrived; only the next one requests more or acts on the end,
 * so that no event waits for a publisher that emits while it is requested from. When the
 * publisher fails, the stage fails too, as soon as all that it has emitted before has
 * been handed on.
 *
 * @param <E> the type of the events
 */
final class PublisherProducer<E> implements ProducerStage<E> {

	private static final System.Logger logger = StageLog.of(PublisherProducer.class);

	private final Flow.Publisher<? extends E> publisher;

	private final int maxRequested;

	/** Any thread looks at it for the status. */
	private volatile @Nullable Run<E> run;

	PublisherProducer(Flow.Publisher<? extends E> publisher, int maxRequested) {
		if (maxRequested < 1) {
			throw new IllegalArgumentException("maxRequested must be >= 1, was " + maxRequested);
		}
		this.publisher = Objects.requireNonNull(publisher, "a publisher must not be null");
		this.maxRequested = maxRequested;
	}

	@Override
	public void onStart(StageContext context) {
		Run<E> run = new Run<>(context, new AskWindow(this.maxRequested, this.maxRequested / 2));
		this.run = run;
		try {
			this.publisher.subscribe(run.upstream);
		}
		catch (RuntimeException | Error ex) {
			run.upstream.cancel();
			throw ex;
		}
	}

	@Override
	public List<E> handleDemand(long demand) {
		Run<E> run = run();
		run.owed.add(demand);
		return run.advance();
	}

	/** What has been requested still comes, and waits for whoever asks next. */
	@Override
	public long withdrawDemand(long demand) {
		return run().owed.withdraw(demand);
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		Run<E> run = run();
		if (message instanceof Failed failed) {
			run.context.stop(ExitReason.failure(failed.cause()));
			return List.of();
		}
		return (message == run.doorbell) ? run.advance() : ProducerStage.super.onInfo(message);
	}

	@Override
	public void onDrain(StageContext context) {
		run().upstream.cancel();
	}

	@Override
	public long backlog() {
		Run<E> run = this.run;
		return (run != null) ? run.upstream.waiting() : 0;
	}

	@Override
	public void onStop(ExitReason reason) {
		run().stop();
	}

	private Run<E> run() {
		Run<E> run = this.run;
		if (run == null) {
			throw new IllegalStateException("not started");
		}
		return run;
	}

	/**
	 * One run of the stage. What a publisher still signals to an earlier one is nobody's
	 * business.
	 */
	private static final class Run<E> {

		private final StageContext context;

		private final Doorbell doorbell;

		private final Upstream<E> upstream;

		private final AskWindow window;

		private final OwedDemand owed = new OwedDemand();

		private boolean over;

		Run(StageContext context, AskWindow window) {
			this.context = context;
			this.doorbell = new Doorbell(context.self()::tell);
			this.upstream = new Upstream<>(this.doorbell);
			this.window = window;
		}

		List<E> advance() {
			this.doorbell.answer();
			Upstream.Arrival<E> arrival = this.upstream.fetch(this.owed.events());
			List<E> events = arrival.events();
			if (!events.isEmpty()) {
				this.owed.meet(events.size());
				this.window.arrived(events.size());
				this.doorbell.ring();
			}
			else if (this.over) {
				return events;
			}
			else if (arrival.end() != null) {
				this.over = true;
				end(arrival.end().error());
			}
			else if (this.upstream.isSubscribed()) {
				request();
			}
			return events;
		}

		void stop() {
			this.upstream.cancel();
			this.context.discard(this.upstream.fetch(Long.MAX_VALUE).events(),
					"sent by its publisher and not emitted when it stopped", null);
		}

		private void request() {
			long demand = this.window.cover(this.owed.events());
			if (demand > 0) {
				this.upstream.request(demand);
			}
		}

		private void end(@Nullable Throwable error) {
			if (error == null) {
				this.context.complete();
				return;
			}
			logger.log(Level.ERROR,
					() -> "the publisher of %s has failed, which stops the stage".formatted(this.context.self()),
					error);
			this.upstream.cancel();
			CompletionStage<?> unused = this.context.self().tellBehindEvents(new Failed(error));
		}

	}

	/**
	 * What the stage sends itself behind its events: that there can't be any more.
	 */
	private record Failed(Throwable cause) {
	}

}
