package io.genstage.boot.handler;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import io.genstage.StageContext;
import io.genstage.StageKind;
import io.genstage.Subscription;
import io.genstage.boot.table.SettingValues;
import io.genstage.delivery.Acknowledgement;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Makes stages of annotated methods that handle events.
 */
public final class MethodStages {

	private static final String LEGAL = "one event, a List of events, a Message or a List of Messages, "
			+ "and beside it a Subscription, a StageContext and, beside one event, an Acknowledgement";

	/** The place of the events among the arguments of a handler. */
	private static final int EVENTS = 0;

	private static final int ACKNOWLEDGEMENT = 3;

	private final StageMethod method;

	private final HandlerResult result;

	private MethodStages(StageMethod method) {
		this.method = method;
		this.result = HandlerResult.of(method);
	}

	/**
	 * Makes a stage of a method.
	 * @param bean the bean to call it on
	 * @param beanClass the bean's class, not that of a proxy
	 * @param annotated the method as it was found on the bean's class
	 * @param kind the kind that its annotation says
	 * @param settings what is in force for the stage
	 * @return the stage
	 * @throws UnusableStageException if the method can't be called on the bean, or has an
	 * impossible signature
	 */
	public static TypedStage of(Object bean, Class<?> beanClass, Method annotated, StageKind kind,
			SettingValues settings) throws UnusableStageException {
		StageMethod method = StageMethod.of(bean, beanClass, annotated);
		return switch (kind) {
			case PRODUCER -> ProducerMethods.producer(method, settings);
			case PRODUCER_CONSUMER -> new MethodStages(method).producerConsumer();
			case CONSUMER -> new MethodStages(method).consumer();
		};
	}

	private TypedStage producerConsumer() throws UnusableStageException {
		if (this.result.isOutcomes()) {
			throw this.method.unusable("returns Outcomes, which are no events: return events and throw a BatchFailure "
					+ "for those that have failed, or make it a @Consumer");
		}
		if (this.result.isNothing()) {
			throw this.method.unusable("returns nothing, so it can never emit: return events, or make it a @Consumer");
		}
		EventParameter event = eventParameter();
		return new TypedStage(
				acknowledges(event) ? HandlerStages.acknowledgingProducerConsumer(handler(), event, this.result)
						: HandlerStages.producerConsumer(handler(), event, this.result),
				event.eventType(), this.result.eventType());
	}

	private TypedStage consumer() throws UnusableStageException {
		if (this.result.isSomething() && !this.result.isOutcome()) {
			throw this.method.unusable(("returns %s, but a consumer emits nothing: return void, what becomes Void, "
					+ "Outcomes or the Outcome of another event, or make it a @ProducerConsumer")
				.formatted(this.method.returnType()));
		}
		EventParameter event = eventParameter();
		if (this.result.isOutcome() && event.takesBatches()) {
			throw this.method.unusable("returns the outcome of one event, but takes several: "
					+ "let it take one event, or return Outcomes");
		}
		return new TypedStage(
				acknowledges(event) ? HandlerStages.acknowledgingConsumer(handler(), event, this.result)
						: HandlerStages.consumer(handler(), event, this.result),
				event.eventType(), ResolvableType.NONE);
	}

	/** Returns whether the method settles its events by a parameter. */
	private boolean acknowledges(EventParameter event) throws UnusableStageException {
		if (this.method.parameterTypes().stream().noneMatch((type) -> place(type) == ACKNOWLEDGEMENT)) {
			return false;
		}
		if (event.takesBatches()) {
			throw this.method.unusable("takes several events and an Acknowledgement, which belongs to one: "
					+ "let it take one event, or return Outcomes and no Acknowledgement");
		}
		if (this.result.isOutcomes() || this.result.isOutcome()) {
			throw this.method.unusable(
					"takes an Acknowledgement and returns %s, so it would settle its events twice: remove one of the two"
						.formatted(this.result.isOutcome() ? "an Outcome" : "Outcomes"));
		}
		return true;
	}

	/** Finds the one parameter that takes events; the others take what goes with them. */
	private EventParameter eventParameter() throws UnusableStageException {
		List<String> names = new ArrayList<>();
		List<EventParameter> events = new ArrayList<>();
		List<ResolvableType> types = this.method.parameterTypes();
		for (int index = 0; index < types.size(); index++) {
			if (place(types.get(index)) == EVENTS) {
				names.add(this.method.parameter(index));
				events.add(EventParameter.of(types.get(index)));
			}
		}
		if (events.isEmpty()) {
			throw this.method.unusable("takes no events: it must take " + LEGAL);
		}
		if (events.size() > 1) {
			throw this.method.unusable("takes events more than once, by %s: it must take %s"
				.formatted(String.join(" and ", names), LEGAL));
		}
		return events.get(0);
	}

	/** Returns which argument of a {@link Handler} a parameter of the method takes. */
	private static int place(ResolvableType parameter) {
		if (parameter.toClass() == Subscription.class) {
			return 1;
		}
		if (parameter.toClass() == Acknowledgement.class) {
			return ACKNOWLEDGEMENT;
		}
		return (parameter.toClass() == StageContext.class) ? 2 : EVENTS;
	}

	private Handler handler() {
		int[] places = this.method.parameterTypes().stream().mapToInt(MethodStages::place).toArray();
		Handler reflective = (events, from, context, acknowledgement) -> this.method
			.call(inOrder(places, events, from, context, acknowledgement));
		return this.method.handle()
			.<Handler>map((handle) -> DirectHandler.of(handle, places, reflective))
			.orElse(reflective);
	}

	private static @Nullable Object[] inOrder(int[] places, @Nullable Object... arguments) {
		@Nullable Object[] ordered = new Object[places.length];
		for (int index = 0; index < places.length; index++) {
			ordered[index] = arguments[places[index]];
		}
		return ordered;
	}

}
