package io.genstage.boot.handler;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
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
import io.genstage.boot.table.SettingValues;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Makes stages of beans that are annotated as a whole.
 */
public final class BeanStages {

	/** What a bean can be to be a stage, each called by its interface. */
	private static final List<Class<?>> FORMS = List.of(ProducerStage.class, ProducerConsumerStage.class,
			ConsumerStage.class, Iterable.class, BaseStream.class, Supplier.class, Function.class, Consumer.class);

	private BeanStages() {
	}

	/**
	 * Makes a stage of a bean.
	 * @param bean the bean
	 * @param type its declared type, with generics
	 * @param kind the kind that its annotation says
	 * @param settings what is in force for the stage
	 * @return the stage
	 * @throws UnusableStageException if the bean is no stage of this kind
	 */
	public static TypedStage of(Object bean, ResolvableType type, StageKind kind, SettingValues settings)
			throws UnusableStageException {
		refuseIfProxySkips(bean);
		refuseIfAsync(bean);
		if (bean instanceof Stage stage) {
			if (StageKind.of(stage) == kind) {
				return typed(stage, type);
			}
			throw unusable(bean, type, "is a " + StageKind.of(stage), kind);
		}
		return switch (kind) {
			case PRODUCER -> producer(bean, known(type, Supplier.class, bean), settings);
			case PRODUCER_CONSUMER -> producerConsumer(bean, known(type, Function.class, bean));
			case CONSUMER -> consumer(bean, known(type, Consumer.class, bean));
		};
	}

	/** A final method would run on the proxy of its class, whose fields are all empty. */
	private static void refuseIfProxySkips(Object bean) throws UnusableStageException {
		if (!AopUtils.isCglibProxy(bean)) {
			return;
		}
		for (Class<?> form : FORMS) {
			for (Method method : form.isInstance(bean) ? form.getMethods() : new Method[0]) {
				Method called = mostSpecific(method, bean.getClass());
				if (called != null && Modifier.isFinal(called.getModifiers())) {
					throw new UnusableStageException(
							"its method '%s' is final, so the proxy of its class can't pass calls on to the bean: remove 'final'"
								.formatted(called.getName()));
				}
			}
		}
	}

	private static void refuseIfAsync(Object bean) throws UnusableStageException {
		Class<?> beanClass = AopProxyUtils.ultimateTargetClass(bean);
		for (Class<?> form : FORMS) {
			for (Method method : form.isInstance(bean) ? form.getMethods() : new Method[0]) {
				if (Modifier.isAbstract(method.getModifiers())) {
					AsyncMethods.refuse(AopUtils.getMostSpecificMethod(method, beanClass), beanClass);
				}
			}
		}
	}

	/** Finds what is behind the proxy's own methods, which are final as well. */
	private static @Nullable Method mostSpecific(Method method, Class<?> proxy) {
		for (Class<?> type = proxy; type != null; type = type.getSuperclass()) {
			for (Method declared : type.getDeclaredMethods()) {
				if (declared.getName().equals(method.getName()) && declared.getReturnType() == method.getReturnType()
						&& Arrays.equals(declared.getParameterTypes(), method.getParameterTypes())) {
					return (type == proxy) ? null : declared;
				}
			}
		}
		return null;
	}

	private static TypedStage typed(Stage stage, ResolvableType type) {
		if (stage instanceof ProducerStage<?>) {
			return new TypedStage(stage, ResolvableType.NONE, eventType(type, ProducerStage.class, 0));
		}
		if (stage instanceof ConsumerStage<?> consumer) {
			return new TypedStage(stage, taken(type, ConsumerStage.class, consumer.takesDeliveries()),
					ResolvableType.NONE);
		}
		return new TypedStage(stage,
				taken(type, ProducerConsumerStage.class, ((ProducerConsumerStage<?, ?>) stage).takesDeliveries()),
				eventType(type, ProducerConsumerStage.class, 1));
	}

	private static TypedStage producer(Object bean, ResolvableType type, SettingValues settings)
			throws UnusableStageException {
		if (bean instanceof Iterable<?> iterable) {
			return producer(Sources.iterable(iterable), eventType(type, Iterable.class, 0));
		}
		if (bean instanceof BaseStream<?, ?> stream) {
			return producer(Sources.stream(stream), eventType(type, BaseStream.class, 0));
		}
		if (bean instanceof Supplier<?> supplier) {
			return producer(supplier, generic(type, Supplier.class, 0), settings);
		}
		throw unusable(bean, type, "is none", StageKind.PRODUCER);
	}

	/**
	 * A supplier of a stream is asked once for each run; any other is asked again and
	 * again for values that are there, or become complete.
	 */
	private static TypedStage producer(Supplier<?> supplier, ResolvableType supplied, SettingValues settings)
			throws UnusableStageException {
		HandlerResult result = HandlerResult.of(supplied);
		if (result.isPublisher()) {
			throw new UnusableStageException(
					"it is a Supplier of %s, which is asked again and again without knowing how much is wanted: %s"
						.formatted(supplied, HandlerResult.INSTEAD_OF_PUBLISHER));
		}
		if (result.isStream()) {
			return producer(Sources.streams(() -> opened(supplier.get())), result.eventType());
		}
		boolean known = supplied.resolve() != null;
		return new TypedStage(AnswerPoll.producer(result, (limit) -> {
			Object value = supplier.get();
			HandlerResult.refusePublisher(value);
			return known ? value : noStream(value);
		}, settings), ResolvableType.NONE, result.eventType(), true);
	}

	private static BaseStream<?, ?> opened(Object supplied) {
		try {
			return HandlerResult.stream(supplied);
		}
		catch (Exception ex) {
			ReflectionUtils.rethrowRuntimeException(ex);
			throw new UndeclaredThrowableException(ex);
		}
	}

	/** A stream is one source, to be asked for once, which only the type can say. */
	private static @Nullable Object noStream(@Nullable Object value) {
		if (value instanceof BaseStream<?, ?>) {
			throw new IllegalStateException("a Supplier returned a Stream, which its type doesn't say, so it would be "
					+ "called again and again: declare the bean, or what its factory makes, as a Supplier of a Stream");
		}
		return value;
	}

	private static TypedStage producer(ProducerStage<?> producer, ResolvableType emits) {
		return new TypedStage(producer, ResolvableType.NONE, emits);
	}

	@SuppressWarnings("unchecked") // the graph says what it takes
	private static TypedStage producerConsumer(Object bean, ResolvableType type) throws UnusableStageException {
		if (bean instanceof Function<?, ?> function) {
			EventParameter event = EventParameter.of(generic(type, Function.class, 0));
			HandlerResult result = HandlerResult.of(generic(type, Function.class, 1));
			Handler handler = (events, from, context, acknowledgement) -> ((Function<Object, Object>) function)
				.apply(events);
			return new TypedStage(HandlerStages.producerConsumer(handler, event, result), event.eventType(),
					result.eventType());
		}
		throw unusable(bean, type, "is none", StageKind.PRODUCER_CONSUMER);
	}

	@SuppressWarnings("unchecked") // the graph says what it takes
	private static TypedStage consumer(Object bean, ResolvableType type) throws UnusableStageException {
		if (bean instanceof Consumer<?> consumer) {
			EventParameter event = EventParameter.of(generic(type, Consumer.class, 0));
			Handler handler = (events, from, context, acknowledgement) -> {
				((Consumer<Object>) consumer).accept(events);
				return null;
			};
			return new TypedStage(
					HandlerStages.consumer(handler, event, HandlerResult.of(ResolvableType.forClass(void.class))),
					event.eventType(), ResolvableType.NONE);
		}
		throw unusable(bean, type, "is none", StageKind.CONSUMER);
	}

	/** Returns the declared type, or that of the bean's class where it says more. */
	private static ResolvableType known(ResolvableType declared, Class<?> functional, Object bean) {
		if (isComplete(declared.as(functional))) {
			return declared;
		}
		ResolvableType ofBean = ResolvableType.forClass(AopProxyUtils.ultimateTargetClass(bean));
		return isComplete(ofBean.as(functional)) ? ofBean : declared;
	}

	private static boolean isComplete(ResolvableType type) {
		return type.resolve() != null && !type.hasUnresolvableGenerics();
	}

	private static ResolvableType generic(ResolvableType type, Class<?> functional, int index) {
		return type.as(functional).getGeneric(index);
	}

	private static ResolvableType taken(ResolvableType type, Class<?> generic, boolean deliveries) {
		ResolvableType taken = generic(type, generic, 0);
		return EventTypes.known(deliveries ? EventTypes.event(taken) : taken);
	}

	private static ResolvableType eventType(ResolvableType type, Class<?> generic, int index) {
		return EventTypes.known(generic(type, generic, index));
	}

	private static UnusableStageException unusable(Object bean, ResolvableType type, String is, StageKind kind) {
		// The class of a lambda or a proxy would say nothing.
		String name = type.resolve(bean.getClass()).getName();
		return new UnusableStageException(
				"expected a %s, but %s %s: it must be %s".formatted(kind, name, is, switch (kind) {
					case PRODUCER -> "a ProducerStage, Supplier, Iterable or Stream";
					case PRODUCER_CONSUMER -> "a ProducerConsumerStage or Function";
					case CONSUMER -> "a ConsumerStage or java.util.function.Consumer";
				}));
	}

}
