package io.genstage.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;

/**
 * Makes stages of user code that doesn't implement the interfaces of the engine.
 */
final class HandlerStages {

	private HandlerStages() {
	}

	static ProducerConsumerStage<Object, Object> producerConsumer(Handler handler, boolean batches) {
		if (batches) {
			return (events, from) -> EmittedEvents.of(handler.handle(events, from));
		}
		return (events, from) -> {
			List<Object> emitted = new ArrayList<>(events.size());
			for (Object event : events) {
				emitted.addAll(EmittedEvents.of(handler.handle(event, from)));
			}
			return emitted;
		};
	}

	static ConsumerStage<Object> consumer(Handler handler, boolean batches) {
		if (batches) {
			return handler::handle;
		}
		return (events, from) -> {
			for (Object event : events) {
				handler.handle(event, from);
			}
		};
	}

	/**
	 * Makes a producer that asks again and again. What one call returns goes on its way
	 * before the next one, which may block.
	 */
	static ProducerStage<Object> repeating(Callable<@Nullable Object> source) {
		return Sources.polling((limit) -> EmittedEvents.of(source.call()));
	}

}
