package io.genstage.boot.handler;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.OnFailure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.batch.Batching;
import io.genstage.flow.Flows;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import io.genstage.task.Tasks;

import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The methods of a stage's bean that settings can name, since they take one event and
 * return something. Handlers and bean methods are not among them, nor what the JDK or the
 * engine has or calls.
 */
public final class EventMethods {

	private static final List<Class<? extends Annotation>> OTHER_PURPOSES = List.of(Bean.class, Producer.class,
			ProducerConsumer.class, Consumer.class, OnFailure.class);

	private static final Set<Class<?>> CALLERS = Set.of(Object.class, Comparable.class, Stage.class,
			ProducerStage.class, ProducerConsumerStage.class, ConsumerStage.class);

	/** The packages whose classes can be beans, with methods for everybody. */
	private static final Set<String> ENGINE = Stream
		.of(Stage.class, Batching.class, Flows.class, RateLimit.class, EventQueue.class, Tasks.class)
		.map(Class::getPackageName)
		.collect(Collectors.toUnmodifiableSet());

	private final Class<?> beanClass;

	private final Predicate<Method> returning;

	private EventMethods(Class<?> beanClass, Predicate<Method> returning) {
		this.beanClass = beanClass;
		this.returning = returning;
	}

	/** Returns the methods that return anything. */
	public static EventMethods returningKeys(Class<?> beanClass) {
		return new EventMethods(beanClass, (method) -> method.getReturnType() != void.class);
	}

	/** Returns the methods that return whether something is so. */
	public static EventMethods returningBooleans(Class<?> beanClass) {
		return new EventMethods(beanClass,
				(method) -> List.of(boolean.class, Boolean.class).contains(method.getReturnType()));
	}

	public List<Method> named(String name) {
		return ofApplication().filter((method) -> method.getName().equals(name) && isNameable(method)).toList();
	}

	/** Returns whether there is such a method, also if settings can't name it. */
	public boolean hasAny(String name) {
		return ofApplication().anyMatch((method) -> method.getName().equals(name));
	}

	/** In the order of the alphabet. */
	public SortedSet<String> names() {
		SortedSet<String> names = new TreeSet<>();
		ofApplication().filter(this::isNameable).forEach((method) -> names.add(method.getName()));
		return names;
	}

	private Stream<Method> ofApplication() {
		return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(this.beanClass)).filter((method) -> {
			Class<?> owner = method.getDeclaringClass();
			return !method.isSynthetic() && !isOfOthers(owner) && !isForOthers(method) && OTHER_PURPOSES.stream()
				.noneMatch((annotation) -> AnnotatedElementUtils.hasAnnotation(method, annotation));
		});
	}

	/** Returns whether a class is of the JDK or the engine. */
	private static boolean isOfOthers(Class<?> owner) {
		return owner.getName().startsWith("java.") || ENGINE.contains(owner.getPackageName());
	}

	/** Returns whether the engine or the JDK calls a method, such as one for discards. */
	private boolean isForOthers(Method method) {
		return supertypes(method.getDeclaringClass()).filter((type) -> CALLERS.contains(type))
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.anyMatch((called) -> called.getName().equals(method.getName())
					&& called.getParameterCount() == method.getParameterCount());
	}

	private static Stream<Class<?>> supertypes(Class<?> type) {
		return Stream.concat(Stream.of(Object.class), ClassUtils.getAllInterfacesForClassAsSet(type).stream());
	}

	private boolean isNameable(Method method) {
		return method.getParameterCount() == 1 && !Modifier.isPrivate(method.getModifiers())
				&& this.returning.test(method);
	}

}
