package io.genstage.boot.handler;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import io.genstage.AcknowledgingConsumerStage;
import io.genstage.AcknowledgingProducerConsumerStage;
import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.StageContext;
import io.genstage.Subscription;
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
		HandlerCall call = HandlerCall.of(handler, parameter, result);
		return parameter.takesBatches() ? new ListProducerConsumer(call) : new EventProducerConsumer(call);
	}

	static ConsumerStage<Object> consumer(Handler handler, EventParameter parameter, HandlerResult result) {
		HandlerCall call = HandlerCall.of(handler, parameter, result);
		return parameter.takesBatches() ? new ListConsumer(call) : new EventConsumer(call);
	}

	/** Makes a stage of a handler of one event that settles it by an acknowledgement. */
	static ProducerConsumerStage<Object, Object> acknowledgingProducerConsumer(Handler handler,
			EventParameter parameter, HandlerResult result) {
		return new InFlightHandlers.AcknowledgingProducerConsumer(HandlerCall.of(handler, parameter, result).begun());
	}

	static ConsumerStage<Object> acknowledgingConsumer(Handler handler, EventParameter parameter,
			HandlerResult result) {
		return new InFlightHandlers.AcknowledgingConsumer(HandlerCall.of(handler, parameter, result).begun());
	}

	/**
	 * Checks that there can be a task for each event of a stage.
	 * @throws UnusableStageException if it takes several events, or decides by itself
	 * what to ask for or what is handled
	 */
	public static void checkRunsInTasks(Stage stage) throws UnusableStageException {
		if (stage instanceof HandlingStage handling && handling.call().parameter().takesBatches()) {
			throw new UnusableStageException(
					"it takes several events at once, so there can't be a task for each: let it take one event");
		}
		if (isAcknowledging(stage)) {
			throw new UnusableStageException("it settles its events by an Acknowledgement, so there can't be a task "
					+ "for each: remove 'task-per-event', and say by 'in-flight' how many may be unsettled");
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
		if (stage instanceof HandlingStage handling) {
			InFlightHandlers.InFlightCall call = handling.call().inFlight();
			return (stage instanceof ConsumerStage<?>) ? new InFlightHandlers.InFlightConsumer(call)
					: new InFlightHandlers.InFlightProducerConsumer(call);
		}
		throw new UnusableStageException("it handles its events itself, so they can't be in flight one by one: "
				+ "let it be an AsyncConsumerStage or AsyncProducerConsumerStage, or remove 'in-flight'");
	}

	/**
	 * Returns whether a stage that was made here has the outcome of another event as that
	 * of its own.
	 */
	public static boolean handsSettlementOn(Stage stage) {
		return stage instanceof EventConsumer consumer && consumer.call().result().isOutcome()
				&& !consumer.call().result().isCompleteAtOnce();
	}

	/** Returns whether a consuming stage reports itself what it has handled. */
	public static boolean reportHandled(Stage stage) {
		return (stage instanceof ConsumerStage<?> consumer) ? consumer.reportsHandled()
				: stage instanceof ProducerConsumerStage<?, ?> producerConsumer && producerConsumer.reportsHandled();
	}

	/** Returns whether a stage asks for its events itself, as many as it likes. */
	public static boolean askItself(Stage stage) {
		return (stage instanceof ConsumerStage<?> consumer) ? consumer.asksItself()
				: stage instanceof ProducerConsumerStage<?, ?> producerConsumer && producerConsumer.asksItself();
	}

	/**
	 * Checks that a stage can be given batches.
	 * @throws UnusableStageException if it takes one event at a time, or decides by
	 * itself what to ask for or what is handled
	 */
	public static void checkTakesBatches(Stage stage) throws UnusableStageException {
		if (stage instanceof PerEventConsumerStage || stage instanceof PerEventProducerConsumerStage
				|| stage instanceof InFlightHandlers.InFlightConsumer || isAcknowledging(stage)) {
			throw new UnusableStageException(
					"it takes one event at a time, but has a 'batch': let it take a List of events, or remove 'batch'");
		}
		checkDecidesNothing(stage, "be given batches", "put a batching producer-consumer before it");
	}

	/**
	 * Returns why nothing can surround the calls of a consumer, such as a transaction.
	 * @return the reason, or nothing if its work is done when a call has returned
	 */
	public static Optional<String> reasonAgainstScope(Stage stage) {
		if (isAcknowledging(stage)) {
			return Optional.of("settles its events by an Acknowledgement, maybe when it has returned");
		}
		if (stage instanceof AsyncConsumerStage) {
			return Optional.of("has events in flight when it has returned");
		}
		if (stage instanceof HandlingStage handling && !handling.call().result().isCompleteAtOnce()) {
			return Optional.of("may return what is complete later: a CompletionStage, a reactive type, an Object, or "
					+ "what a suspend function returns");
		}
		if (stage instanceof ConsumerStage<?> consumer && consumer.takesDeliveries()) {
			return Optional.of("takes deliveries, which may be open when it has returned");
		}
		return reportHandled(stage) ? Optional.of("reports itself what it has handled") : Optional.empty();
	}

	private static boolean isAcknowledging(Stage stage) {
		return stage instanceof AcknowledgingConsumerStage || stage instanceof AcknowledgingProducerConsumerStage;
	}

	private static void checkDecidesNothing(Stage stage, String option, String advice) throws UnusableStageException {
		boolean asks = askItself(stage);
		boolean reports = reportHandled(stage);
		if (asks || reports) {
			throw new UnusableStageException("%s can't %s, since it %s itself: %s".formatted(stage.getClass().getName(),
					option, asks ? "asks for events" : "reports what it has handled", advice));
		}
	}

	/**
	 * Calls a handler for a list of events or for one event. A call has ended when what
	 * it returned is complete; only then comes the next.
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
			return begun();
		}

		InFlightHandlers.InFlightCall begun() {
			return new InFlightHandlers.InFlightCall(this.handler, this.result, this.parameter.takesDeliveries());
		}

		static HandlerCall of(Handler handler, EventParameter parameter, HandlerResult result) {
			return new HandlerCall(EventContext.behind(parameter.handler(handler)), parameter, result);
		}

		List<Object> emitAll(List<Object> events, Subscription from, StageContext context) throws Exception {
			return this.result.events(this.handler.handle(events, from, context, null), context::fail);
		}

		void emit(Object event, Subscription from, StageContext context, Consumer<? super Object> results)
				throws Exception {
			this.result.addTo(results, this.handler.handle(event, from, context, null));
		}

		/** Calls the handler of a consumer, whose results are no events. */
		void await(Object events, Subscription from, StageContext context) throws Exception {
			this.result.await(this.handler.handle(events, from, context, null),
					this.parameter.takesBatches() ? (List<?>) events : List.of(events));
		}

	}

	/**
	 * A stage that calls a handler and knows its context.
	 */
	private abstract static class HandlingStage {

		private final HandlerCall call;

		private @Nullable StageContext context;

		HandlingStage(HandlerCall call) {
			this.call = call;
		}

		final HandlerCall call() {
			return this.call;
		}

		final StageContext context() {
			return Objects.requireNonNull(this.context, "not started");
		}

		final void started(StageContext context) {
			this.context = context;
		}

	}

	/**
	 * A producer-consumer whose handler takes lists of events.
	 */
	private static final class ListProducerConsumer extends HandlingStage
			implements ProducerConsumerStage<Object, Object> {

		ListProducerConsumer(HandlerCall call) {
			super(call);
		}

		@Override
		public void onStart(StageContext context) {
			started(context);
		}

		@Override
		public boolean takesDeliveries() {
			return call().parameter().takesDeliveries();
		}

		@Override
		public List<Object> handleEvents(List<Object> events, Subscription from) throws Exception {
			return call().emitAll(events, from, context());
		}

	}

	/**
	 * A producer-consumer whose handler takes one event.
	 */
	private static final class EventProducerConsumer extends HandlingStage
			implements PerEventProducerConsumerStage<Object, Object> {

		EventProducerConsumer(HandlerCall call) {
			super(call);
		}

		@Override
		public void onStart(StageContext context) {
			started(context);
		}

		@Override
		public boolean takesDeliveries() {
			return call().parameter().takesDeliveries();
		}

		@Override
		public void handleEvent(Object event, Subscription from, Consumer<? super Object> results) throws Exception {
			call().emit(event, from, context(), results);
		}

	}

	/**
	 * A consumer whose handler takes lists of events.
	 */
	private static final class ListConsumer extends HandlingStage implements ConsumerStage<Object> {

		ListConsumer(HandlerCall call) {
			super(call);
		}

		@Override
		public void onStart(StageContext context) {
			started(context);
		}

		@Override
		public boolean takesDeliveries() {
			return call().parameter().takesDeliveries();
		}

		@Override
		public void handleEvents(List<Object> events, Subscription from) throws Exception {
			call().await(events, from, context());
		}

	}

	/**
	 * A consumer whose handler takes one event.
	 */
	private static final class EventConsumer extends HandlingStage implements PerEventConsumerStage<Object> {

		EventConsumer(HandlerCall call) {
			super(call);
		}

		@Override
		public void onStart(StageContext context) {
			started(context);
		}

		@Override
		public boolean takesDeliveries() {
			return call().parameter().takesDeliveries();
		}

		@Override
		public void handleEvent(Object event, Subscription from) throws Exception {
			call().await(event, from, context());
		}

	}

}
