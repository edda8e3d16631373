package io.genstage.boot;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

import io.genstage.pipeline.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * Reads a property of events: of beans by their getters, of records by their accessors. A
 * path such as {@code customer.id} reads a property of a property; {@code null} on the
 * way is the value of all that is behind it.
 */
final class EventProperty implements Function<Object, @Nullable Object> {

	private final String path;

	private final List<String> names;

	private final Map<Class<?>, Map<String, Method>> readers = new ConcurrentReferenceHashMap<>();

	EventProperty(String path) {
		this.path = path;
		this.names = List.of(path.split("\\.", -1));
	}

	/**
	 * Returns what is wrong with the path for events of a type.
	 * @param eventType the type, which must be known
	 * @return what doesn't exist and what does, or {@code null} if nothing is wrong
	 */
	@Nullable String problem(ResolvableType eventType) {
		ResolvableType type = eventType;
		for (String name : this.names) {
			if (!EventTypes.isKnown(type)) {
				return null;
			}
			Method reader = reader(type.toClass(), name);
			if (reader == null) {
				return Suggestion.instead(name, names(type.toClass()));
			}
			type = ResolvableType.forMethodReturnType(reader, type.toClass());
		}
		return null;
	}

	/**
	 * Returns the type of the values.
	 * @param eventType the type of the events
	 * @return the type, or {@link ResolvableType#NONE} if it isn't known
	 */
	ResolvableType type(ResolvableType eventType) {
		ResolvableType type = eventType;
		for (String name : this.names) {
			Method reader = EventTypes.isKnown(type) ? reader(type.toClass(), name) : null;
			if (reader == null) {
				return ResolvableType.NONE;
			}
			type = ResolvableType.forMethodReturnType(reader, type.toClass());
		}
		return type;
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
		ReflectionUtils.makeAccessible(reader);
		return reader;
	}

	private static @Nullable Method reader(Class<?> type, String name) {
		if (type.isRecord()) {
			return Arrays.stream(type.getRecordComponents())
				.filter((component) -> component.getName().equals(name))
				.map(RecordComponent::getAccessor)
				.findFirst()
				.orElse(null);
		}
		var property = BeanUtils.getPropertyDescriptor(type, name);
		return (property != null) ? property.getReadMethod() : null;
	}

	/** Returns whether it is a property of a property. */
	boolean isPath() {
		return this.names.size() > 1;
	}

	/** Returns the properties of a type, in the order of the alphabet. */
	static SortedSet<String> names(Class<?> type) {
		SortedSet<String> names = new TreeSet<>();
		if (type.isRecord()) {
			Arrays.stream(type.getRecordComponents()).forEach((component) -> names.add(component.getName()));
		}
		else {
			Arrays.stream(BeanUtils.getPropertyDescriptors(type))
				.filter((property) -> property.getReadMethod() != null && !property.getName().equals("class"))
				.forEach((property) -> names.add(property.getName()));
		}
		return names;
	}

}
