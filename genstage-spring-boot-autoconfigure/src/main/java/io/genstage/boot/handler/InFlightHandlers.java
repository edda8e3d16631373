package io.genstage.boot.handler;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.genstage.AsyncConsumerStage;
import io.genstage.AsyncProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
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
	record InFlightCall(Handler handler, HandlerResult result) {

		CompletionStage<List<Object>> begin(Object event, Subscription from, @Nullable StageContext context)
				throws Exception {
			return this.result.future(handle(event, from, context));
		}

		/** Calls the handler of a consumer, whose results are no events. */
		CompletionStage<?> await(Object event, Subscription from, @Nullable StageContext context) throws Exception {
			return this.result.future(handle(event, from, context), event);
		}

		private @Nullable Object handle(Object event, Subscription from, @Nullable StageContext context)
				throws Exception {
			return this.handler.handle(event, from, Objects.requireNonNull(context, "not started"));
		}

	}

	/**
	 * A consumer that knows its context.
	 */
	static final class InFlightConsumer implements AsyncConsumerStage<Object> {

		private final InFlightCall call;

		private @Nullable StageContext context;

		InFlightConsumer(InFlightCall call) {
			this.call = call;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public CompletionStage<?> begin(Object event, Subscription from) throws Exception {
			return this.call.await(event, from, this.context);
		}

	}

	/**
	 * A producer-consumer that knows its context.
	 */
	static final class InFlightProducerConsumer implements AsyncProducerConsumerStage<Object, Object> {

		private final InFlightCall call;

		private @Nullable StageContext context;

		InFlightProducerConsumer(InFlightCall call) {
			this.call = call;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public CompletionStage<List<Object>> begin(Object event, Subscription from) throws Exception {
			return this.call.begin(event, from, this.context);
		}

	}

}
