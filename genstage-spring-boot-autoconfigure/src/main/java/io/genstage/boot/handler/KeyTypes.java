package io.genstage.boot.handler;

import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Which declared types can't be keys: no two of their values are equal, so that each
 * event would have a key of its own.
 */
public final class KeyTypes {

	/** What holds values and is equal to another if they are. */
	private static final List<Class<?>> HOLDERS = List.of(Collection.class, Map.class, Map.Entry.class, Optional.class);

	private KeyTypes() {
	}

	/**
	 * Returns why values of a type can't be keys.
	 * @param type the declared type
	 * @return what they are, or {@code null} if they can be keys or nobody knows
	 */
	public static @Nullable String problem(ResolvableType type) {
		Class<?> declared = type.toClass();
		if (declared.isArray()) {
			return problem(type.getComponentType());
		}
		if (isHolder(declared)) {
			return problemOfParts(type);
		}
		if (Future.class.isAssignableFrom(declared) || CompletionStage.class.isAssignableFrom(declared)
				|| Flow.Publisher.class.isAssignableFrom(declared) || ReactiveResults.cardinality(declared) != null) {
			return "a result that is still to come";
		}
		if (AutoCloseable.class.isAssignableFrom(declared)) {
			return "something to be read and closed";
		}
		if (declared == Void.class) {
			return "always null";
		}
		if (isOfPlatform(declared)) {
			return problemOfPlatform(declared);
		}
		return null;
	}

	private static boolean isHolder(Class<?> type) {
		return HOLDERS.stream().anyMatch((holder) -> holder.isAssignableFrom(type));
	}

	/** Arrays are looked into only if they are the key itself, or in such an array. */
	private static @Nullable String problemOfParts(ResolvableType holder) {
		List<ResolvableType> parts = HOLDERS.stream()
			.flatMap((type) -> Stream.of(holder.as(type).getGenerics()))
			.toList();
		if (parts.stream().anyMatch(ResolvableType::isArray)) {
			return "equal to another only if its arrays are the same";
		}
		return parts.stream()
			.map(KeyTypes::problem)
			.flatMap(Stream::ofNullable)
			.findFirst()
			.map((problem) -> "made of what is " + problem)
			.orElse(null);
	}

	private static boolean isOfPlatform(Class<?> type) {
		return type.getName().startsWith("java.") || type.getName().startsWith("kotlin.jvm.functions.");
	}

	private static @Nullable String problemOfPlatform(Class<?> type) {
		if (type.isInterface()) {
			boolean isFunction = type.isAnnotationPresent(FunctionalInterface.class)
					|| type.getName().startsWith("kotlin.");
			boolean isRead = Iterator.class.isAssignableFrom(type) || Spliterator.class.isAssignableFrom(type)
					|| Enumeration.class.isAssignableFrom(type);
			return isFunction ? "code" : (isRead ? "something to be read once" : null);
		}
		boolean isValue = type.isPrimitive() || type.isEnum() || type == Class.class || type == Object.class;
		return (isValue || Modifier.isAbstract(type.getModifiers()) || hasEquals(type)) ? null
				: "equal to nothing but itself";
	}

	private static boolean hasEquals(Class<?> type) {
		try {
			return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
