package io.genstage.boot;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.Subscription;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes stages of annotated methods.
 */
final class MethodStages {

	private final Object bean;

	private final Method method;

	private final Class<?> returnType;

	private final List<Class<?>> parameterTypes;

	private MethodStages(Object bean, Class<?> beanClass, Method method) {
		this.bean = bean;
		this.method = method;
		this.returnType = ResolvableType.forMethodReturnType(method, beanClass).toClass();
		this.parameterTypes = IntStream.range(0, method.getParameterCount())
			.<Class<?>>mapToObj((index) -> ResolvableType.forMethodParameter(method, index, beanClass).toClass())
			.toList();
	}

	/**
	 * Makes a stage of a method.
	 * @param bean the bean to call it on
	 * @param beanClass the bean's class, not that of a proxy
	 * @param annotated the method as it was found on the bean's class
	 * @param kind the kind that its annotation says
	 * @return the stage
	 * @throws UnusableStageException if the method can't be called on the bean, or has an
	 * impossible signature
	 */
	static Stage of(Object bean, Class<?> beanClass, Method annotated, StageKind kind) throws UnusableStageException {
		MethodStages stages = new MethodStages(bean, beanClass, invocable(bean, annotated));
		return switch (kind) {
			case PRODUCER -> stages.producer();
			case PRODUCER_CONSUMER -> stages.producerConsumer();
			case CONSUMER -> stages.consumer();
		};
	}

	private static Method invocable(Object bean, Method annotated) throws UnusableStageException {
		try {
			Method method = AopUtils.selectInvocableMethod(annotated, bean.getClass());
			ReflectionUtils.makeAccessible(method);
			return method;
		}
		catch (IllegalStateException ex) {
			throw new UnusableStageException("it can't be called on the bean: " + ex.getMessage());
		}
	}

	private Stage producer() throws UnusableStageException {
		if (returnsNothing()) {
			throw impossible(
					"returns nothing, so it can never emit: return an event, an Optional, a Collection or a Stream");
		}
		if (this.parameterTypes.isEmpty()) {
			if (BaseStream.class.isAssignableFrom(this.returnType)) {
				return Sources.streams(this::openStream);
			}
			return HandlerStages.repeating(this::call);
		}
		if (this.parameterTypes.size() == 1) {
			Class<?> demand = ClassUtils.resolvePrimitiveIfNecessary(this.parameterTypes.get(0));
			if (demand == Integer.class) {
				return Sources.polling((limit) -> EmittedEvents.of(call(limit)));
			}
			if (demand == Long.class) {
				return Sources.polling((limit) -> EmittedEvents.of(call((long) limit)));
			}
		}
		throw impossible("must take nothing, or the demand as an int or a long");
	}

	private BaseStream<?, ?> openStream() {
		try {
			if (call() instanceof BaseStream<?, ?> stream) {
				return stream;
			}
		}
		catch (Exception ex) {
			ReflectionUtils.rethrowRuntimeException(ex);
		}
		throw new IllegalStateException("%s returned no stream".formatted(this.method));
	}

	private Stage producerConsumer() throws UnusableStageException {
		if (returnsNothing()) {
			throw impossible("returns nothing, so it can never emit: return events, or make it a @Consumer");
		}
		EventParameter event = eventParameter();
		return HandlerStages.producerConsumer(handler(event), event.takesBatches());
	}

	private Stage consumer() throws UnusableStageException {
		if (!returnsNothing()) {
			throw impossible("returns %s, but a consumer emits nothing: return void, or make it a @ProducerConsumer"
				.formatted(this.returnType.getSimpleName()));
		}
		EventParameter event = eventParameter();
		return HandlerStages.consumer(handler(event), event.takesBatches());
	}

	private boolean returnsNothing() {
		return this.returnType == void.class || this.returnType == Void.class;
	}

	/** Finds the one parameter that takes events; the others take what goes with them. */
	private EventParameter eventParameter() throws UnusableStageException {
		List<EventParameter> events = new ArrayList<>();
		for (int index = 0; index < this.parameterTypes.size(); index++) {
			Class<?> parameterType = this.parameterTypes.get(index);
			if (parameterType != Subscription.class) {
				events.add(new EventParameter(index, BeanStages.takesBatches(parameterType)));
			}
		}
		if (events.size() != 1) {
			throw impossible(
					"takes %d events or lists of events, but must take exactly one, and may take a Subscription"
						.formatted(events.size()));
		}
		return events.get(0);
	}

	private Handler handler(EventParameter event) {
		int count = this.parameterTypes.size();
		return (argument, from) -> {
			@Nullable Object[] arguments = new Object[count];
			for (int index = 0; index < count; index++) {
				arguments[index] = (index == event.index()) ? argument : from;
			}
			return call(arguments);
		};
	}

	private @Nullable Object call(@Nullable Object... arguments) throws Exception {
		try {
			return this.method.invoke(this.bean, arguments);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"method %s was called with %s: %s".formatted(signature(), classNames(arguments), ex.getMessage()),
					ex);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
			throw ex;
		}
	}

	private UnusableStageException impossible(String problem) {
		return new UnusableStageException("method %s %s".formatted(signature(), problem));
	}

	private String signature() {
		return "'%s %s(%s)'".formatted(this.returnType.getSimpleName(), this.method.getName(),
				this.parameterTypes.stream().map(Class::getSimpleName).collect(Collectors.joining(", ")));
	}

	/** Returns what the arguments are and not their values, which are events. */
	private static String classNames(@Nullable Object[] arguments) {
		return Arrays.stream(arguments).map(ClassUtils::getDescriptiveType).collect(Collectors.joining(", "));
	}

	/**
	 * The parameter that takes events.
	 *
	 * @param index its place
	 * @param takesBatches whether it takes a list of them
	 */
	private record EventParameter(int index, boolean takesBatches) {
	}

}
