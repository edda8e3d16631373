package io.genstage.boot.setting;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.handler.EventMethod;
import io.genstage.boot.handler.EventMethods;
import io.genstage.boot.handler.EventProperty;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.handler.KeyTypes;
import io.genstage.boot.handler.UnusableStageException;
import io.genstage.pipeline.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.function.SingletonSupplier;

/**
 * What the settings of a stage can name to get something of an event: a method of the
 * stage's bean, another bean, or a property of the event. A method that has its name in
 * common with one of the others is refused, since nobody would see which one is meant; a
 * bean has precedence over a property.
 */
final class EventFunctions {

	private static final String KEY_BEANS = "Function, ToIntFunction or ToLongFunction bean";

	private final StageDeclaration declaration;

	private final NamedBeans beans;

	/** One for all methods, also if its scope is prototype. */
	private final Supplier<Object> bean;

	EventFunctions(StageDeclaration declaration, NamedBeans beans) {
		this.declaration = declaration;
		this.beans = beans;
		this.bean = SingletonSupplier.of(() -> beans.bean(declaration.beanName()));
	}

	/** Finds what returns the key of an event; if nothing does that is a problem. */
	Function<Object, @Nullable Object> key(String name) {
		return callable(keyMethods().named(name)).or(() -> this.beans.key(name))
			.orElseGet(() -> new EventProperty(name));
	}

	/**
	 * Returns what is wrong with the name of a key, or with the key, if anything is.
	 * @param name the name
	 * @param events the type of the events
	 */
	Optional<String> keyProblem(String name, ResolvableType events) {
		return findingProblem(name, events).or(() -> Optional.ofNullable(KeyTypes.problem(keyType(name, events)))
			.map((problem) -> "names '%s', which is %s and can't be a key: it is %s".formatted(name,
					keyType(name, events), problem)));
	}

	/** Returns the type of a key that can be found, in the order of precedence. */
	private ResolvableType keyType(String name, ResolvableType events) {
		List<Method> methods = keyMethods().named(name);
		if (!methods.isEmpty()) {
			return ResolvableType.forMethodReturnType(methods.get(0), this.declaration.beanClass());
		}
		return this.beans.key(name).isPresent() ? this.beans.keyType(name) : new EventProperty(name).type(events);
	}

	private Optional<String> findingProblem(String name, ResolvableType events) {
		boolean isBean = this.beans.key(name).isPresent();
		EventProperty property = new EventProperty(name);
		String propertyProblem = property.problem(events);
		boolean isProperty = EventTypes.isKnown(events) && propertyProblem == null;
		List<Method> methods = keyMethods().named(name);
		if (!methods.isEmpty()) {
			return (isBean || !isProperty) ? methodProblem(name, methods, isBean, events)
					: Optional.of(clash(name, "a property of " + events));
		}
		if (isBean || propertyProblem == null) {
			return Optional.empty();
		}
		if (keyMethods().hasAny(name)) {
			return Optional.of(unfit(name, "a key"));
		}
		return Optional
			.of("names '%s', which is neither a method of its bean for one event, nor a %s, nor a property of %s: %s"
				.formatted(name, KEY_BEANS, events, property.isPath() ? propertyProblem
						: instead(name, keyMethods(), this.beans.keyNames(), EventProperty.names(events.toClass()))));
	}

	/** Finds what accepts events; if nothing does that is a problem. */
	Optional<Predicate<?>> selector(String name) {
		Optional<Predicate<?>> method = callable(selectorMethods().named(name))
			.map((callable) -> (Predicate<Object>) (event) -> Boolean.TRUE.equals(callable.apply(event)));
		return method.or(() -> this.beans.selector(name));
	}

	/**
	 * Returns what is wrong with the name of a selector, if anything is.
	 * @param name the name
	 * @param events the type of the events
	 */
	Optional<String> selectorProblem(String name, ResolvableType events) {
		boolean isBean = this.beans.selector(name).isPresent();
		List<Method> methods = selectorMethods().named(name);
		if (!methods.isEmpty()) {
			return methodProblem(name, methods, isBean, events);
		}
		if (isBean) {
			return Optional.empty();
		}
		if (selectorMethods().hasAny(name)) {
			return Optional.of(unfit(name, "a boolean"));
		}
		return Optional
			.of("names '%s', which is neither a method of its bean for one event that returns a boolean, nor a Predicate bean: %s"
				.formatted(name, instead(name, selectorMethods(), this.beans.selectorNames(), List.of())));
	}

	private EventMethods keyMethods() {
		return EventMethods.returningKeys(this.declaration.beanClass());
	}

	private EventMethods selectorMethods() {
		return EventMethods.returningBooleans(this.declaration.beanClass());
	}

	private Optional<String> methodProblem(String name, List<Method> methods, boolean isBean, ResolvableType events) {
		if (isBean) {
			return Optional.of(clash(name, "another bean"));
		}
		if (methods.size() > 1) {
			return Optional
				.of("names '%s', but its bean has several methods of that name: rename one of them".formatted(name));
		}
		ResolvableType taken = ResolvableType.forMethodParameter(methods.get(0), 0, this.declaration.beanClass());
		if (!EventTypes.accepts(taken, events)) {
			return Optional.of("names the method '%s', which takes %s, but the events are %s: let it take these"
				.formatted(name, taken, events));
		}
		try {
			callable(methods.get(0));
			return Optional.empty();
		}
		catch (UnusableStageException ex) {
			return Optional.of("names the method '%s', but %s".formatted(name, ex.getMessage()));
		}
	}

	private static String clash(String name, String other) {
		return "names '%s', which is a method of its bean as well as %s: rename the method".formatted(name, other);
	}

	private static String unfit(String name, String result) {
		return "names the method '%s', which must take one event, return %s, and not be private".formatted(name,
				result);
	}

	private static String instead(String name, EventMethods methods, Collection<String> beans,
			Collection<String> properties) {
		Collection<String> existing = new TreeSet<>(methods.names());
		existing.addAll(beans);
		existing.addAll(properties);
		return Suggestion.instead(name, existing);
	}

	private Optional<Function<Object, @Nullable Object>> callable(List<Method> methods) {
		try {
			return (methods.size() == 1) ? Optional.of(callable(methods.get(0))) : Optional.empty();
		}
		catch (UnusableStageException ex) {
			return Optional.empty();
		}
	}

	private EventMethod callable(Method method) throws UnusableStageException {
		return EventMethod.of(method, this.declaration.beanClass(), this.bean);
	}

}
