package io.genstage.boot.handler;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.genstage.annotation.OnFailure;
import io.genstage.failure.Decision;
import io.genstage.failure.FailedAttempt;
import io.genstage.failure.FailureDecider;
import io.genstage.failure.FailuresDecider;
import io.genstage.pipeline.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Asks a method of a stage's bean what is to become of events that have failed: of one,
 * or of all that have failed in one call of their handler.
 */
public final class FailureMethod implements FailureDecider {

	private static final String LEGAL = "the event, a Throwable and the number of attempts as an int, each at most once, "
			+ "or a List of FailedAttempts alone";

	private static final int EVENT = 0;

	private static final int CAUSE = 1;

	private static final int ATTEMPT = 2;

	private final StageMethod method;

	private final List<Integer> places;

	private FailureMethod(StageMethod method) {
		this.method = method;
		this.places = method.parameterTypes().stream().map(FailureMethod::place).toList();
	}

	/**
	 * Finds the method that decides about the events of a stage.
	 * @param stage the name of the stage
	 * @param events the type of the events that it takes
	 * @param beanClass the class of its bean, not that of a proxy
	 * @param bean the bean, which may be a proxy; only asked for if there is a method
	 * @return the method, if there is one
	 * @throws UnusableStageException if there are several, or it can't decide about them
	 */
	public static Optional<FailureDecider> of(String stage, ResolvableType events, Class<?> beanClass,
			Supplier<Object> bean) throws UnusableStageException {
		List<Method> methods = methods(beanClass).stream()
			.filter((method) -> stages(method).isEmpty() || stages(method).contains(stage))
			.toList();
		if (methods.isEmpty()) {
			return Optional.empty();
		}
		if (methods.size() > 1) {
			throw new UnusableStageException(
					"there are several @OnFailure methods for it, such as '%s' and '%s': let one of them name other stages"
						.formatted(methods.get(0).getName(), methods.get(1).getName()));
		}
		return Optional.of(of(methods.get(0), events, beanClass, bean));
	}

	/**
	 * Returns what is wrong with the names of stages that methods say, if anything is.
	 * @param beanClass the class of a bean
	 * @param stages the names of all stages of that bean
	 */
	public static Optional<String> nameProblem(Class<?> beanClass, Collection<String> stages) {
		return methods(beanClass).stream()
			.flatMap((method) -> stages(method).stream()
				.filter((name) -> !stages.contains(name))
				.map((name) -> "its @OnFailure method '%s' names '%s', which is no stage of this bean: %s"
					.formatted(method.getName(), name, Suggestion.instead(name, stages))))
			.findFirst();
	}

	private static List<Method> methods(Class<?> beanClass) {
		List<Method> methods = new ArrayList<>(MethodIntrospector.selectMethods(beanClass,
				(ReflectionUtils.MethodFilter) (method) -> AnnotatedElementUtils.hasAnnotation(method,
						OnFailure.class)));
		methods.sort(Comparator.comparing(Method::toString));
		return methods;
	}

	private static List<String> stages(Method method) {
		OnFailure annotation = AnnotatedElementUtils.findMergedAnnotation(method, OnFailure.class);
		return (annotation != null) ? Arrays.asList(annotation.value()) : List.of();
	}

	private static FailureDecider of(Method annotated, ResolvableType events, Class<?> beanClass, Supplier<Object> bean)
			throws UnusableStageException {
		try {
			FailureMethod method = new FailureMethod(Modifier.isStatic(annotated.getModifiers())
					? StageMethod.ofStatic(beanClass, annotated) : StageMethod.of(bean.get(), beanClass, annotated));
			ResolvableType event = EventTypes.isMessage(events) ? events.getGeneric() : events;
			if (method.takesAll()) {
				method.checkAll(event);
				return (FailuresDecider) method::decideAll;
			}
			method.check(event);
			return method;
		}
		catch (UnusableStageException ex) {
			throw new UnusableStageException(
					"its @OnFailure method '%s' can't be used: %s".formatted(annotated.getName(), ex.getMessage()));
		}
	}

	/** Returns whether it takes all that has failed in a call. */
	private boolean takesAll() {
		return this.method.parameterTypes().stream().anyMatch((type) -> failedAttempt(type) != null);
	}

	/** Returns the type of the elements of a list of failed attempts, else null. */
	private static @Nullable ResolvableType failedAttempt(ResolvableType parameter) {
		ResolvableType element = parameter.as(Iterable.class).getGeneric();
		return (element.toClass() == FailedAttempt.class) ? element : null;
	}

	private void checkAll(ResolvableType events) throws UnusableStageException {
		List<ResolvableType> types = this.method.parameterTypes();
		ResolvableType element = failedAttempt(types.get(0));
		if (types.size() > 1 || element == null || !types.get(0).toClass().isAssignableFrom(List.class)) {
			throw this.method.unusable("takes failed attempts and something else: it may take " + LEGAL);
		}
		ResolvableType returned = this.method.returnType();
		if (returned.toClass() != Decision.class && returned.as(List.class).getGeneric().toClass() != Decision.class) {
			throw this.method.unusable("must return a Decision, or a List of them, one for each failed attempt");
		}
		checkTakes(element.getGeneric(), events);
	}

	private void check(ResolvableType events) throws UnusableStageException {
		if (this.method.returnType().toClass() != Decision.class) {
			throw this.method.unusable("must return a Decision");
		}
		if (this.places.size() != this.places.stream().distinct().count()) {
			throw this.method.unusable("takes something more than once: it may take " + LEGAL);
		}
		int place = this.places.indexOf(EVENT);
		if (place >= 0) {
			checkTakes(this.method.parameterTypes().get(place), events);
		}
	}

	private void checkTakes(ResolvableType taken, ResolvableType events) throws UnusableStageException {
		if (!EventTypes.accepts(taken, events)) {
			throw this.method
				.unusable("takes %s, but the events are %s: let it take these, or name the stages that it is for"
					.formatted(taken, events));
		}
	}

	/** Returns which argument of a {@link FailureDecider} a parameter takes. */
	private static int place(ResolvableType parameter) {
		Class<?> type = parameter.toClass();
		if (type == Throwable.class) {
			return CAUSE;
		}
		return (type == int.class) ? ATTEMPT : EVENT;
	}

	@Override
	public Decision decide(Object event, Throwable failure, int attempt) throws Exception {
		@Nullable Object[] arguments = { event, failure, attempt };
		Object decision = this.method.call(this.places.stream().map((place) -> arguments[place]).toArray());
		return (decision != null) ? (Decision) decision : Decision.byPolicy();
	}

	@SuppressWarnings("unchecked") // the return type was checked
	private List<Decision> decideAll(List<FailedAttempt<?>> failed) throws Exception {
		Object decided = this.method.call(failed);
		if (decided instanceof List<?> each) {
			return (List<Decision>) each;
		}
		return Collections.nCopies(failed.size(), (decided != null) ? (Decision) decided : Decision.byPolicy());
	}

}
