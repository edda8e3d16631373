package io.genstage.boot.handler;

import java.beans.PropertyDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.pipeline.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * Reads a property of events: of records by their accessors, and of all events by their
 * getters, also those of their interfaces. A path such as {@code customer.id} reads a
 * property of a property; {@code null} on the way is the value of all that is behind it.
 */
public final class EventProperty implements Function<Object, @Nullable Object> {

	private final String path;

	private final List<String> names;

	private final Map<Class<?>, Map<String, Method>> readers = new ConcurrentReferenceHashMap<>();

	public EventProperty(String path) {
		this.path = path;
		this.names = List.of(path.split("\\.", -1));
	}

	/**
	 * Returns what is wrong with the path for events of a type.
	 * @param eventType the type, which must be known
	 * @return what doesn't exist and what does, or {@code null} if nothing is wrong
	 */
	public @Nullable String problem(ResolvableType eventType) {
		ResolvableType type = eventType;
		for (String name : this.names) {
			if (!EventTypes.isKnown(type)) {
				return null;
			}
			if (!names(type.toClass()).contains(name) && reader(type.toClass(), name) == null) {
				return Suggestion.instead(name, names(type.toClass()));
			}
			type = valueType(type, name);
		}
		return null;
	}

	/**
	 * Returns the type of the values.
	 * @param eventType the type of the events
	 * @return the type, or {@link ResolvableType#NONE} if it isn't known
	 */
	public ResolvableType type(ResolvableType eventType) {
		ResolvableType type = eventType;
		for (String name : this.names) {
			type = EventTypes.isKnown(type) ? valueType(type, name) : ResolvableType.NONE;
		}
		return type;
	}

	/** Returns the type of a property that exists. */
	private static ResolvableType valueType(ResolvableType owner, String name) {
		Method reader = reader(owner.toClass(), name);
		return (reader != null)
				? ResolvableType.forType(reader.getGenericReturnType(), owner.as(reader.getDeclaringClass()))
				: ResolvableType.NONE;
	}

	@Override
	public @Nullable Object apply(Object event) {
		Object value = event;
		for (String name : this.names) {
			if (value == null) {
				return null;
			}
			value = read(value, name);
		}
		return value;
	}

	private @Nullable Object read(Object owner, String name) {
		Method reader = this.readers.computeIfAbsent(owner.getClass(), (type) -> new ConcurrentReferenceHashMap<>())
			.computeIfAbsent(name, (absent) -> existing(owner.getClass(), name));
		try {
			return reader.invoke(owner);
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			ReflectionUtils.handleReflectionException(ex);
			throw new IllegalStateException(ex);
		}
	}

	private Method existing(Class<?> type, String name) {
		Method reader = reader(type, name);
		if (reader == null) {
			throw new IllegalArgumentException("an event has no property '%s': there is no '%s' in %s, which has %s"
				.formatted(this.path, name, type.getName(), names(type)));
		}
		// A class that nobody may look into can have an interface for everybody.
		Method callable = ClassUtils.getPubliclyAccessibleMethodIfPossible(reader, type);
		ReflectionUtils.makeAccessible(callable);
		return callable;
	}

	/** Returns what reads a property of a type and of all its subtypes. */
	private static @Nullable Method reader(Class<?> type, String name) {
		return components(type).filter((component) -> component.getName().equals(name))
			.map(RecordComponent::getAccessor)
			.findFirst()
			.orElseGet(() -> getter(type, name));
	}

	private static Stream<RecordComponent> components(Class<?> type) {
		return type.isRecord() ? Arrays.stream(type.getRecordComponents()) : Stream.empty();
	}

	private static @Nullable Method getter(Class<?> type, String name) {
		PropertyDescriptor property = BeanUtils.getPropertyDescriptor(type, name);
		return (property != null) ? property.getReadMethod() : null;
	}

	/** Returns whether it is a property of a property. */
	public boolean isPath() {
		return this.names.size() > 1;
	}

	/**
	 * Returns the properties that all events of a type have, in the order of the
	 * alphabet: those of the type, and if it is sealed those that its subtypes share.
	 */
	public static SortedSet<String> names(Class<?> type) {
		SortedSet<String> names = new TreeSet<>();
		components(type).forEach((component) -> names.add(component.getName()));
		Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> property.getReadMethod() != null && !property.getName().equals("class"))
			.forEach((property) -> names.add(property.getName()));
		if (type.isSealed() && Modifier.isAbstract(type.getModifiers())) {
			names.addAll(sharedNames(type.getPermittedSubclasses()));
		}
		return names;
	}

	private static SortedSet<String> sharedNames(Class<?>[] types) {
		SortedSet<String> shared = new TreeSet<>(names(types[0]));
		for (Class<?> type : types) {
			shared.retainAll(names(type));
		}
		return shared;
	}

}
