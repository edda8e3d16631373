package io.genstage.settling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import io.genstage.AcknowledgingConsumerStage;
import io.genstage.AcknowledgingProducerConsumerStage;
import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.delivery.Acknowledgement;
import org.jspecify.annotations.Nullable;

/**
 * The forms of stages that do some {@link Work}.
 */
final class Handlers {

	private Handlers() {
	}

	static Stage consumer(Form form, Work work) {
		return switch (form) {
			case LISTS, BATCHES -> new Lists(work);
			case EACH -> new Each(work, true);
			case TASKS -> new Each(work, false);
			case IN_FLIGHT -> new InFlight(work);
			case ACKNOWLEDGES -> new Acknowledges(work);
			case REPORTS -> new Reports(work);
		};
	}

	static Stage producerConsumer(Form form, Work work) {
		return switch (form) {
			case EACH -> new EmittingEach(work);
			case IN_FLIGHT -> new EmittingInFlight(work);
			case ACKNOWLEDGES -> new EmittingAcknowledges(work);
			default -> new EmittingLists(work);
		};
	}

	/**
	 * How a stage gets its events.
	 */
	enum Form {

		LISTS, EACH, BATCHES, IN_FLIGHT, TASKS, ACKNOWLEDGES, REPORTS

	}

	private abstract static class Run {

		final Work work;

		private @Nullable StageContext context;

		Run(Work work) {
			this.work = work;
		}

		public void onStart(StageContext context) {
			this.context = context;
		}

		final StageContext context() {
			return Objects.requireNonNull(this.context);
		}

	}

	private static final class Lists extends Run implements ConsumerStage<Item> {

		Lists(Work work) {
			super(work);
		}

		@Override
		public void handleEvents(List<Item> events, Subscription from) {
			this.work.handleAll(events, context());
		}

	}

	private static final class Each extends Run implements PerEventConsumerStage<Item> {

		/** Only a turn of the stage may give up an event. */
		private final boolean inTurns;

		Each(Work work, boolean inTurns) {
			super(work);
			this.inTurns = inTurns;
		}

		@Override
		public void handleEvent(Item event, Subscription from) {
			this.work.handle(event, from, context(), this.inTurns);
		}

	}

	private static final class InFlight extends Run implements AsyncConsumerStage<Item> {

		InFlight(Work work) {
			super(work);
		}

		@Override
		public CompletionStage<?> begin(Item event, Subscription from) {
			return this.work.begin(event, context(), false);
		}

	}

	private static final class Acknowledges extends Run implements AcknowledgingConsumerStage<Item> {

		Acknowledges(Work work) {
			super(work);
		}

		@Override
		public CompletionStage<?> begin(Item event, Acknowledgement acknowledgement, Subscription from) {
			return this.work.begin(event, acknowledgement, context(), false);
		}

	}

	/**
	 * Says itself, and later, what it has handled.
	 */
	private static final class Reports extends Run implements ConsumerStage<Item> {

		private final List<Item> kept = new ArrayList<>();

		private final List<Subscription> sources = new ArrayList<>();

		Reports(Work work) {
			super(work);
		}

		@Override
		public boolean reportsHandled() {
			return true;
		}

		@Override
		public void handleEvents(List<Item> events, Subscription from) {
			for (Item event : events) {
				this.kept.add(event);
				this.sources.add(from);
				context().tellLater(Duration.ofMillis(event.number() * 7 % 400), "report");
			}
		}

		@Override
		public void onInfo(Object message) {
			Item next = this.kept.remove(0);
			Subscription from = this.sources.remove(0);
			if (next.number() % 11 == 0) {
				context().discard(from, List.of(next), "given up late", null);
			}
			else {
				this.work.finish(next, from, context());
				context().handled(from, List.of(next));
			}
		}

		@Override
		public void onStop(ExitReason reason) {
			this.kept.forEach((item) -> this.work.lose(item, context()));
		}

		@Override
		public long backlog() {
			return this.kept.size();
		}

	}

	private static final class EmittingLists extends Run implements ProducerConsumerStage<Item, Object> {

		EmittingLists(Work work) {
			super(work);
		}

		@Override
		public List<Object> handleEvents(List<Item> events, Subscription from) {
			return this.work.outputs(this.work.handleAll(events, context()));
		}

	}

	private static final class EmittingEach extends Run implements PerEventProducerConsumerStage<Item, Object> {

		EmittingEach(Work work) {
			super(work);
		}

		@Override
		public void handleEvent(Item event, Subscription from, Consumer<? super Object> results) {
			if (this.work.handle(event, from, context(), true)) {
				this.work.outputs(List.of(event)).forEach(results);
			}
		}

	}

	private static final class EmittingInFlight extends Run implements AsyncProducerConsumerStage<Item, Object> {

		EmittingInFlight(Work work) {
			super(work);
		}

		@Override
		public CompletionStage<List<Object>> begin(Item event, Subscription from) {
			return this.work.begin(event, context(), true);
		}

	}

	private static final class EmittingAcknowledges extends Run
			implements AcknowledgingProducerConsumerStage<Item, Object> {

		EmittingAcknowledges(Work work) {
			super(work);
		}

		@Override
		public CompletionStage<List<Object>> begin(Item event, Acknowledgement acknowledgement, Subscription from) {
			return this.work.begin(event, acknowledgement, context(), true);
		}

	}

}
