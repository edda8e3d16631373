package io.genstage.boot;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The methods of a stage's bean that settings can name, since they take one event and
 * return something. Handlers and bean methods are not among them, nor what the JDK or an
 * {@link EventQueue} has.
 */
final class EventMethods {

	private static final List<Class<? extends Annotation>> OTHER_PURPOSES = List.of(Bean.class, Producer.class,
			ProducerConsumer.class, Consumer.class);

	private final Class<?> beanClass;

	private final Predicate<Method> returning;

	private EventMethods(Class<?> beanClass, Predicate<Method> returning) {
		this.beanClass = beanClass;
		this.returning = returning;
	}

	/** Returns the methods that return anything. */
	static EventMethods returningKeys(Class<?> beanClass) {
		return new EventMethods(beanClass, (method) -> method.getReturnType() != void.class);
	}

	/** Returns the methods that return whether something is so. */
	static EventMethods returningBooleans(Class<?> beanClass) {
		return new EventMethods(beanClass,
				(method) -> List.of(boolean.class, Boolean.class).contains(method.getReturnType()));
	}

	List<Method> named(String name) {
		return ofApplication().filter((method) -> method.getName().equals(name) && isNameable(method)).toList();
	}

	/** Returns whether there is such a method, also if settings can't name it. */
	boolean hasAny(String name) {
		return ofApplication().anyMatch((method) -> method.getName().equals(name));
	}

	/** In the order of the alphabet. */
	SortedSet<String> names() {
		SortedSet<String> names = new TreeSet<>();
		ofApplication().filter(this::isNameable).forEach((method) -> names.add(method.getName()));
		return names;
	}

	private Stream<Method> ofApplication() {
		return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(this.beanClass)).filter((method) -> {
			Class<?> owner = method.getDeclaringClass();
			return !method.isSynthetic() && !owner.getName().startsWith("java.") && owner != EventQueue.class
					&& OTHER_PURPOSES.stream()
						.noneMatch((annotation) -> AnnotatedElementUtils.hasAnnotation(method, annotation));
		});
	}

	private boolean isNameable(Method method) {
		return method.getParameterCount() == 1 && !Modifier.isPrivate(method.getModifiers())
				&& this.returning.test(method);
	}

}
