package io.genstage.boot;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.source.Sources;

import org.springframework.core.ResolvableType;

/**
 * Makes stages of beans that are annotated as a whole.
 */
final class BeanStages {

	private BeanStages() {
	}

	/**
	 * Makes a stage of a bean.
	 * @param bean the bean
	 * @param type its declared type, with generics
	 * @param kind the kind that its annotation says
	 * @return the stage
	 * @throws UnusableStageException if the bean is no stage of this kind
	 */
	static Stage of(Object bean, ResolvableType type, StageKind kind) throws UnusableStageException {
		if (bean instanceof Stage stage) {
			if (StageKind.of(stage) == kind) {
				return stage;
			}
			throw unusable(bean, type, "is a " + StageKind.of(stage), kind);
		}
		return switch (kind) {
			case PRODUCER -> producer(bean, type);
			case PRODUCER_CONSUMER -> producerConsumer(bean, type);
			case CONSUMER -> consumer(bean, type);
		};
	}

	private static ProducerStage<?> producer(Object bean, ResolvableType type) throws UnusableStageException {
		if (bean instanceof Iterable<?> iterable) {
			return Sources.iterable(iterable);
		}
		if (bean instanceof BaseStream<?, ?> stream) {
			return Sources.stream(stream);
		}
		if (bean instanceof Supplier<?> supplier) {
			if (BaseStream.class.isAssignableFrom(generic(type, Supplier.class))) {
				return Sources.streams(() -> (BaseStream<?, ?>) supplier.get());
			}
			return HandlerStages.repeating(supplier::get);
		}
		throw unusable(bean, type, "is none", StageKind.PRODUCER);
	}

	@SuppressWarnings("unchecked") // the graph says what it takes
	private static ProducerConsumerStage<?, ?> producerConsumer(Object bean, ResolvableType type)
			throws UnusableStageException {
		if (bean instanceof Function<?, ?> function) {
			return HandlerStages.producerConsumer((events, from) -> ((Function<Object, Object>) function).apply(events),
					takesBatches(generic(type, Function.class)));
		}
		throw unusable(bean, type, "is none", StageKind.PRODUCER_CONSUMER);
	}

	@SuppressWarnings("unchecked") // the graph says what it takes
	private static ConsumerStage<?> consumer(Object bean, ResolvableType type) throws UnusableStageException {
		if (bean instanceof Consumer<?> consumer) {
			return HandlerStages.consumer((events, from) -> {
				((Consumer<Object>) consumer).accept(events);
				return null;
			}, takesBatches(generic(type, Consumer.class)));
		}
		throw unusable(bean, type, "is none", StageKind.CONSUMER);
	}

	/** Returns whether a handler of this type of argument is handed a list of events. */
	static boolean takesBatches(Class<?> argument) {
		return argument == Iterable.class || argument == Collection.class || argument == List.class;
	}

	private static Class<?> generic(ResolvableType type, Class<?> functional) {
		return type.as(functional).getGeneric(0).resolve(Object.class);
	}

	private static UnusableStageException unusable(Object bean, ResolvableType type, String is, StageKind kind) {
		// The class of a lambda or a proxy would tell nothing.
		String name = type.resolve(bean.getClass()).getName();
		return new UnusableStageException(
				"expected a %s, but %s %s: it must be %s".formatted(kind, name, is, switch (kind) {
					case PRODUCER -> "a ProducerStage, Supplier, Iterable or Stream";
					case PRODUCER_CONSUMER -> "a ProducerConsumerStage or Function";
					case CONSUMER -> "a ConsumerStage or java.util.function.Consumer";
				}));
	}

}
