package io.genstage.boot.handler;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.genstage.AcknowledgingConsumerStage;
import io.genstage.AcknowledgingProducerConsumerStage;
import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.delivery.Acknowledgement;
import org.jspecify.annotations.Nullable;

/**
 * Stages that call a handler for one event, and go on to the next before what it returned
 * is complete.
 */
final class InFlightHandlers {

	private InFlightHandlers() {
	}

	/**
	 * Calls a handler and makes a future of what it returns.
	 */
	record InFlightCall(Handler handler, HandlerResult result, boolean takesDeliveries) {

		CompletionStage<List<Object>> begin(Object event, Subscription from, @Nullable StageContext context,
				@Nullable Acknowledgement acknowledgement) throws Exception {
			return this.result.future(handle(event, from, context, acknowledgement));
		}

		/** Calls the handler of a consumer, whose results are no events. */
		CompletionStage<?> await(Object event, Subscription from, @Nullable StageContext context) throws Exception {
			return this.result.future(handle(event, from, context, null), event);
		}

		private @Nullable Object handle(Object event, Subscription from, @Nullable StageContext context,
				@Nullable Acknowledgement acknowledgement) throws Exception {
			return this.handler.handle(event, from, Objects.requireNonNull(context, "not started"), acknowledgement);
		}

	}

	/**
	 * A consumer that knows its context.
	 */
	static final class InFlightConsumer extends InFlightStage implements AsyncConsumerStage<Object> {

		InFlightConsumer(InFlightCall call) {
			super(call);
		}

		@Override
		public CompletionStage<?> begin(Object event, Subscription from) throws Exception {
			return this.call.await(event, from, this.context);
		}

	}

	/**
	 * A producer-consumer that knows its context.
	 */
	static final class InFlightProducerConsumer extends InFlightStage
			implements AsyncProducerConsumerStage<Object, Object> {

		InFlightProducerConsumer(InFlightCall call) {
			super(call);
		}

		@Override
		public CompletionStage<List<Object>> begin(Object event, Subscription from) throws Exception {
			return this.call.begin(event, from, this.context, null);
		}

	}

	/**
	 * A consumer whose handler settles its events.
	 */
	static final class AcknowledgingConsumer extends InFlightStage implements AcknowledgingConsumerStage<Object> {

		AcknowledgingConsumer(InFlightCall call) {
			super(call);
		}

		@Override
		public CompletionStage<?> begin(Object event, Acknowledgement acknowledgement, Subscription from)
				throws Exception {
			return this.call.begin(event, from, this.context, acknowledgement);
		}

	}

	/**
	 * A producer-consumer whose handler settles its events.
	 */
	static final class AcknowledgingProducerConsumer extends InFlightStage
			implements AcknowledgingProducerConsumerStage<Object, Object> {

		AcknowledgingProducerConsumer(InFlightCall call) {
			super(call);
		}

		@Override
		public CompletionStage<List<Object>> begin(Object event, Acknowledgement acknowledgement, Subscription from)
				throws Exception {
			return this.call.begin(event, from, this.context, acknowledgement);
		}

	}

	/**
	 * What the stages of all handlers of events in flight have in common.
	 */
	abstract static class InFlightStage {

		final InFlightCall call;

		@Nullable StageContext context;

		InFlightStage(InFlightCall call) {
			this.call = call;
		}

		public void onStart(StageContext context) {
			this.context = context;
		}

		public boolean takesDeliveries() {
			return this.call.takesDeliveries();
		}

	}

}
