package io.genstage.boot.handler;

import java.util.List;
import java.util.Objects;

import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.buffer.EventList;
import org.jspecify.annotations.Nullable;

/**
 * Makes consuming stages of user code that doesn't implement the interfaces of the
 * engine.
 */
public final class HandlerStages {

	private HandlerStages() {
	}

	static ProducerConsumerStage<Object, Object> producerConsumer(Handler handler, EventParameter parameter,
			HandlerResult result) {
		return new HandlingProducerConsumer(HandlerCall.of(handler, parameter, result));
	}

	static ConsumerStage<Object> consumer(Handler handler, EventParameter parameter, HandlerResult result) {
		return new HandlingConsumer(HandlerCall.of(handler, parameter, result));
	}

	/**
	 * Checks that there can be a task for each event of a stage.
	 * @throws UnusableStageException if it takes several events, or decides by itself
	 * what to ask for or what is handled
	 */
	public static void checkRunsInTasks(Stage stage) throws UnusableStageException {
		if (stage instanceof HandlingStage handling && handling.parameter().takesBatches()) {
			throw new UnusableStageException(
					"it takes several events at once, so there can't be a task for each: let it take one event");
		}
		checkDecidesNothing(stage, "have a task for each event", "remove 'task-per-event'");
		if (stage instanceof AsyncConsumerStage) {
			throw new UnusableStageException("%s can't have a task for each event, since it begins events by itself: "
				.formatted(stage.getClass().getName()) + "remove 'task-per-event', or let it be a ConsumerStage");
		}
	}

	/**
	 * Lets a stage that was made here have several events in flight.
	 * @return the stage, or the same if it is an asynchronous one
	 * @throws UnusableStageException if it was not made here, takes several events, or
	 * returns what is complete at once
	 */
	public static Stage inFlight(Stage stage) throws UnusableStageException {
		if (stage instanceof AsyncConsumerStage || stage instanceof AsyncProducerConsumerStage) {
			return stage;
		}
		if (stage instanceof HandlingConsumer handling) {
			return new InFlightHandlers.InFlightConsumer(handling.call.inFlight());
		}
		if (stage instanceof HandlingProducerConsumer handling) {
			return new InFlightHandlers.InFlightProducerConsumer(handling.call.inFlight());
		}
		throw new UnusableStageException("it handles its events itself, so they can't be in flight one by one: "
				+ "let it be an AsyncConsumerStage or AsyncProducerConsumerStage, or remove 'in-flight'");
	}

	/**
	 * Checks that a stage can be given batches.
	 * @throws UnusableStageException if it takes one event at a time, or decides by
	 * itself what to ask for or what is handled
	 */
	public static void checkTakesBatches(Stage stage) throws UnusableStageException {
		if (stage instanceof HandlingStage handling && !handling.parameter().takesBatches()) {
			throw new UnusableStageException(
					"it takes one event at a time, but has a 'batch': let it take a List of events, or remove that");
		}
		checkDecidesNothing(stage, "be given batches", "put a batching producer-consumer before it");
	}

	private static void checkDecidesNothing(Stage stage, String option, String advice) throws UnusableStageException {
		boolean consumer = stage instanceof ConsumerStage<?>;
		boolean asks = consumer ? ((ConsumerStage<?>) stage).asksItself()
				: ((ProducerConsumerStage<?, ?>) stage).asksItself();
		boolean reports = consumer ? ((ConsumerStage<?>) stage).reportsHandled()
				: ((ProducerConsumerStage<?, ?>) stage).reportsHandled();
		if (asks || reports) {
			throw new UnusableStageException("%s can't %s, since it %s itself: %s".formatted(stage.getClass().getName(),
					option, asks ? "asks for events" : "reports what it has handled", advice));
		}
	}

	/**
	 * Calls a handler for a whole batch or for each of its events. A call has ended when
	 * what it returned is complete; only then comes the next.
	 */
	private record HandlerCall(Handler handler, EventParameter parameter, HandlerResult result) {

		InFlightHandlers.InFlightCall inFlight() throws UnusableStageException {
			if (this.parameter.takesBatches()) {
				throw new UnusableStageException(
						"it takes several events at once, but has 'in-flight': let it take one event, or remove that");
			}
			if (this.result.isCompleteAtOnce()) {
				throw new UnusableStageException("what it returns is complete at once, so nothing would be in flight: "
						+ "let it return a CompletionStage or a reactive type, or remove 'in-flight'");
			}
			return new InFlightHandlers.InFlightCall(this.handler, this.result);
		}

		static HandlerCall of(Handler handler, EventParameter parameter, HandlerResult result) {
			return new HandlerCall(EventContext.behind(parameter.handler(handler)), parameter, result);
		}

		List<Object> emit(List<Object> events, Subscription from, @Nullable StageContext context) throws Exception {
			StageContext started = Objects.requireNonNull(context, "not started");
			if (this.parameter.takesBatches()) {
				return this.result.events(this.handler.handle(events, from, started), started::fail);
			}
			EventList.Builder<Object> emitted = new EventList.Builder<>(events.size());
			int handled = 0;
			try {
				for (Object event : events) {
					this.result.addTo(emitted, this.handler.handle(event, started.source(handled), started));
					started.clearInterrupt();
					handled++;
				}
			}
			catch (Exception ex) {
				// What was made of the events before goes on.
				started.handled(from, events.subList(0, handled));
				started.fail(ex);
			}
			return emitted.build();
		}

		/** HandlerCall the handler of a consumer, whose results are no events. */
		void await(List<Object> events, Subscription from, @Nullable StageContext context) throws Exception {
			StageContext started = Objects.requireNonNull(context, "not started");
			if (this.parameter.takesBatches()) {
				this.result.await(this.handler.handle(events, from, started));
				return;
			}
			if (events.size() == 1) {
				// In a task for each event, which must not use the context.
				this.result.await(this.handler.handle(events.get(0), from, started));
				return;
			}
			int handled = 0;
			try {
				for (Object event : events) {
					this.result.await(this.handler.handle(event, started.source(handled), started));
					started.clearInterrupt();
					handled++;
				}
			}
			finally {
				if (handled < events.size()) {
					started.handled(from, events.subList(0, handled));
				}
			}
		}

	}

	/**
	 * A producer-consumer that knows its context.
	 */
	private static final class HandlingProducerConsumer
			implements ProducerConsumerStage<Object, Object>, HandlingStage {

		private final HandlerCall call;

		private @Nullable StageContext context;

		HandlingProducerConsumer(HandlerCall call) {
			this.call = call;
		}

		@Override
		public EventParameter parameter() {
			return this.call.parameter();
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public List<Object> handleEvents(List<Object> events, Subscription from) throws Exception {
			return this.call.emit(events, from, this.context);
		}

	}

	/**
	 * A consumer that knows its context.
	 */
	private static final class HandlingConsumer implements ConsumerStage<Object>, HandlingStage {

		private final HandlerCall call;

		private @Nullable StageContext context;

		HandlingConsumer(HandlerCall call) {
			this.call = call;
		}

		@Override
		public EventParameter parameter() {
			return this.call.parameter();
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Object> events, Subscription from) throws Exception {
			this.call.await(events, from, this.context);
		}

	}

}
