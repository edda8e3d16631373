package io.genstage.jdbc;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.deadletter.DeadLetter;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Events as they are stored. No class is ever loaded by the name that is stored with an
 * event: that name is compared with those of the types that the stage is known to take.
 */
final class StoredEvents {

	/** Types that are read though nobody says what the stage takes. */
	private static final Map<String, Class<?>> SIMPLE = Stream
		.of(String.class, Boolean.class, Integer.class, Long.class, Double.class, BigDecimal.class, BigInteger.class,
				UUID.class, Instant.class)
		.collect(Collectors.toUnmodifiableMap(Class::getName, Function.identity()));

	private final PayloadCodec codec;

	private final Function<String, Optional<ResolvableType>> types;

	StoredEvents(PayloadCodec codec, Function<String, Optional<ResolvableType>> types) {
		this.codec = codec;
		this.types = types;
	}

	LetterTable.Written write(DeadLetter letter, Object event) {
		try {
			return new LetterTable.Written(LetterRow.stored(letter), this.codec.contentType(), this.codec.write(event));
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException("an event of %s can't be written: %s".formatted(event.getClass().getName(),
					ex.getClass().getName()));
		}
	}

	/**
	 * Reads an event.
	 * @throws IllegalStateException if it can't be read; neither the message nor a cause
	 * holds data of it
	 */
	Object read(LetterTable.Payload payload) {
		ResolvableType taken = this.types.apply(payload.stage()).orElse(ResolvableType.NONE);
		Type type = typeOf(payload, taken);
		Object event;
		try {
			event = this.codec.read(payload.bytes(), payload.contentType(), type);
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException(
					"its payload can't be read as %s: %s".formatted(type.getTypeName(), ex.getClass().getName()));
		}
		if (event == null) {
			throw new IllegalStateException("its payload is read as nothing");
		}
		if (!isOf(payload.eventType(), event.getClass(), taken.toClass())) {
			throw mismatch(payload, taken);
		}
		return event;
	}

	private static Type typeOf(LetterTable.Payload payload, ResolvableType taken) {
		Class<?> raw = taken.resolve();
		if (raw == null || raw == Object.class) {
			Class<?> simple = SIMPLE.get(payload.eventType());
			if (simple == null) {
				throw new IllegalStateException(
						"nobody says what stage '%s' takes: there is no annotated stage of this name, or it takes anything"
							.formatted(payload.stage()));
			}
			return simple;
		}
		if (raw.isPrimitive()) {
			return ClassUtils.resolvePrimitiveIfNecessary(raw);
		}
		return isNamed(payload.eventType(), raw) ? taken.getType()
				: permitted(raw).filter((subtype) -> isNamed(payload.eventType(), subtype))
					.<Type>map((subtype) -> subtype)
					.findFirst()
					.orElse(taken.getType());
	}

	/** Returns all types that a sealed type names, which are known without a name. */
	private static Stream<Class<?>> permitted(Class<?> type) {
		Class<?>[] subtypes = type.isSealed() ? type.getPermittedSubclasses() : new Class<?>[0];
		return Arrays.stream(subtypes).flatMap((subtype) -> Stream.concat(Stream.of(subtype), permitted(subtype)));
	}

	/** A collection is read as what the mapper makes of it, whatever it was. */
	private static boolean isOf(String eventType, Class<?> read, Class<?> taken) {
		return isNamed(eventType, read) || (taken.isInterface() && taken.getName().startsWith("java.util.")
				&& eventType.startsWith("java.util."));
	}

	private static boolean isNamed(String eventType, Class<?> type) {
		return eventType.equals(LetterRow.type(type.getName()));
	}

	private static IllegalStateException mismatch(LetterTable.Payload payload, ResolvableType taken) {
		return new IllegalStateException(
				"it was of %s, but stage '%s' takes %s".formatted(payload.eventType(), payload.stage(), taken));
	}

}
