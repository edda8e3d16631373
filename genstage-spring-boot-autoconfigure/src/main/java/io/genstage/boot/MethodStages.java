package io.genstage.boot;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.BaseStream;

import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.Subscription;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes stages of annotated methods.
 */
final class MethodStages {

	private final Object bean;

	private final Method method;

	private MethodStages(Object bean, Method method) {
		this.bean = bean;
		this.method = method;
	}

	/**
	 * Makes a stage of a method.
	 * @param bean the bean to call it on
	 * @param annotated the method as it was found on the bean's class
	 * @param kind the kind that its annotation says
	 * @return the stage
	 * @throws UnusableStageException if the method can't be called on the bean, or has an
	 * impossible signature
	 */
	static Stage of(Object bean, Method annotated, StageKind kind) throws UnusableStageException {
		MethodStages stages = new MethodStages(bean, invocable(bean, annotated));
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
		Class<?>[] parameters = this.method.getParameterTypes();
		if (parameters.length == 0) {
			if (BaseStream.class.isAssignableFrom(this.method.getReturnType())) {
				return Sources.streams(this::openStream);
			}
			return HandlerStages.repeating(this::call);
		}
		if (parameters.length == 1) {
			Class<?> demand = ClassUtils.resolvePrimitiveIfNecessary(parameters[0]);
			if (demand == Integer.class) {
				return HandlerStages.polling((limit) -> EmittedEvents.of(call(limit)));
			}
			if (demand == Long.class) {
				return HandlerStages.polling((limit) -> EmittedEvents.of(call((long) limit)));
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
				.formatted(this.method.getReturnType().getSimpleName()));
		}
		EventParameter event = eventParameter();
		return HandlerStages.consumer(handler(event), event.takesBatches());
	}

	private boolean returnsNothing() {
		return this.method.getReturnType() == void.class || this.method.getReturnType() == Void.class;
	}

	/** Finds the one parameter that takes events; the others take what goes with them. */
	private EventParameter eventParameter() throws UnusableStageException {
		List<EventParameter> events = new ArrayList<>();
		for (int index = 0; index < this.method.getParameterCount(); index++) {
			Parameter parameter = this.method.getParameters()[index];
			if (parameter.getType() != Subscription.class) {
				events.add(new EventParameter(index, BeanStages.takesBatches(parameter.getType())));
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
		int count = this.method.getParameterCount();
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
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
			throw ex;
		}
	}

	private UnusableStageException impossible(String problem) {
		return new UnusableStageException("method %s %s".formatted(signature(), problem));
	}

	private String signature() {
		return "'%s %s(%s)'".formatted(this.method.getReturnType().getSimpleName(), this.method.getName(),
				String.join(", ", Arrays.stream(this.method.getParameterTypes()).map(Class::getSimpleName).toList()));
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
