package io.genstage.boot.handler;

import java.util.Arrays;
import java.util.List;

import io.genstage.delivery.Delivery;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What declared types say about the events on an edge.
 */
public final class EventTypes {

	/** Each of them is widened to those behind it when a method is called. */
	private static final List<Class<?>> WIDENING = List.of(byte.class, short.class, int.class, long.class, float.class,
			double.class);

	/** Not a class, since its jar is optional; who has a type of it has the jar. */
	private static final String MESSAGE = "org.springframework.messaging.Message";

	private EventTypes() {
	}

	/**
	 * Returns what a declared type says.
	 * @param type the declared type
	 * @return the type, or {@link ResolvableType#NONE} if it says nothing: a variable or
	 * wildcard that is not bound, or {@code Object}
	 */
	static ResolvableType known(ResolvableType type) {
		return isKnown(type) ? type : ResolvableType.NONE;
	}

	/** Returns whether events of this type come with their settlements. */
	static boolean isDelivery(ResolvableType type) {
		return type.toClass() == Delivery.class;
	}

	/** Returns the type of the events that are emitted as this one. */
	static ResolvableType event(ResolvableType type) {
		return isDelivery(type) ? type.getGeneric() : type;
	}

	public static boolean isKnown(ResolvableType type) {
		return type.resolve(Object.class) != Object.class;
	}

	/** Returns whether events of this type come in messages. */
	public static boolean isMessage(ResolvableType type) {
		return type.toClass().getName().equals(MESSAGE);
	}

	/**
	 * Returns whether some event may be of both types. A consumer may take less than its
	 * producer emits, since a selector or a partition may keep the rest away; types of
	 * which neither is the other's can't meet.
	 * @param emitted what a producer emits
	 * @param taken what its consumer takes
	 * @return {@code true} also if one of them is not known, or as far as generics are
	 * not known
	 */
	public static boolean canMeet(ResolvableType emitted, ResolvableType taken) {
		// Whoever takes messages is given each event in one, and a message as it is.
		if (isMessage(taken)) {
			return canMeet(isMessage(emitted) ? emitted.getGeneric() : emitted, taken.getGeneric());
		}
		if (!isKnown(emitted) || !isKnown(taken)) {
			return true;
		}
		ResolvableType emittedObject = boxed(emitted);
		ResolvableType takenObject = boxed(taken);
		return takenObject.isAssignableFromResolvedPart(emittedObject)
				|| emittedObject.isAssignableFromResolvedPart(takenObject)
				|| isWidened(emitted.toClass(), taken.toClass());
	}

	/**
	 * Returns whether a parameter takes all events of a type.
	 * @param parameter the type of the parameter
	 * @param event the type of the events
	 * @return {@code true} also if one of them is not known, or as far as generics are
	 * not known
	 */
	public static boolean accepts(ResolvableType parameter, ResolvableType event) {
		return !isKnown(parameter) || !isKnown(event) || boxed(parameter).isAssignableFromResolvedPart(boxed(event))
				|| isWidened(event.toClass(), parameter.toClass());
	}

	/**
	 * Returns a type that says by itself what it is, as those need who look at its
	 * {@link ResolvableType#getType()}: there is no variable in it.
	 * @param type a type, which may be a variable that is bound elsewhere
	 * @return the same type; {@code Object} is in place of what isn't bound
	 */
	public static ResolvableType resolved(ResolvableType type) {
		Class<?> raw = type.resolve();
		if (type.getType() instanceof Class<?> || raw == null) {
			return (raw != null || type.equals(ResolvableType.NONE)) ? type : ResolvableType.forClass(Object.class);
		}
		if (type.isArray()) {
			return ResolvableType.forArrayComponent(resolved(type.getComponentType()));
		}
		return type.hasGenerics()
				? ResolvableType.forClassWithGenerics(raw,
						Arrays.stream(type.getGenerics()).map(EventTypes::resolved).toArray(ResolvableType[]::new))
				: ResolvableType.forClass(raw);
	}

	/** Returns the type of the objects that stand for values of a primitive type. */
	public static ResolvableType boxed(ResolvableType type) {
		return type.toClass().isPrimitive()
				? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(type.toClass())) : type;
	}

	private static boolean isWidened(Class<?> emitted, Class<?> taken) {
		Class<?> from = unboxed(emitted);
		int lowest = WIDENING.indexOf((from == char.class) ? int.class : from);
		return lowest >= 0 && lowest <= WIDENING.indexOf(taken);
	}

	private static Class<?> unboxed(Class<?> type) {
		return WIDENING.stream()
			.filter((primitive) -> ClassUtils.resolvePrimitiveIfNecessary(primitive) == type)
			.findFirst()
			.orElse((type == Character.class) ? char.class : type);
	}

}
