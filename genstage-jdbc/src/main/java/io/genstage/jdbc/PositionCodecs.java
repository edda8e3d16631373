package io.genstage.jdbc;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import io.genstage.source.LinePosition;

/**
 * The codecs of a store, by the name of their type. A saved name is only compared with
 * these: it is never the name of a class to load.
 */
final class PositionCodecs {

	private final Map<String, PositionCodec<?>> byType = new LinkedHashMap<>();

	/**
	 * Creates the codecs of a store.
	 * @param more are used beside the built-in ones, and in the place of those of the
	 * same type
	 */
	PositionCodecs(Collection<? extends PositionCodec<?>> more) {
		add(List.of(simple(String.class, Function.identity()), simple(Long.class, Long::valueOf),
				simple(Integer.class, Integer::valueOf), simple(UUID.class, UUID::fromString),
				simple(Instant.class, Instant::parse),
				codec(LinePosition.class, (position) -> pair(position.line(), position.offset()),
						(text) -> new LinePosition(first(text), second(text))),
				codec(TablePosition.class, (position) -> pair(position.transaction(), position.key()),
						(text) -> new TablePosition(first(text), second(text)))));
		add(more);
	}

	private void add(Collection<? extends PositionCodec<?>> codecs) {
		codecs.forEach((codec) -> this.byType.put(codec.type().getName(), codec));
	}

	private static <P> PositionCodec<P> simple(Class<P> type, Function<String, P> read) {
		return codec(type, Object::toString, read);
	}

	private static <P> PositionCodec<P> codec(Class<P> type, Function<P, String> write, Function<String, P> read) {
		return new PositionCodec<>() {

			@Override
			public Class<P> type() {
				return type;
			}

			@Override
			public String write(P position) {
				return write.apply(position);
			}

			@Override
			public P read(String text) {
				return read.apply(text);
			}

		};
	}

	private static String pair(long first, long second) {
		return first + ":" + second;
	}

	private static long first(String pair) {
		return Long.parseLong(pair.substring(0, pair.indexOf(':')));
	}

	private static long second(String pair) {
		return Long.parseLong(pair.substring(pair.indexOf(':') + 1));
	}

	/**
	 * Returns a position as text.
	 * @throws IllegalArgumentException if there is no codec of its type
	 */
	@SuppressWarnings("unchecked") // it is the codec of this type
	Text write(Object position) {
		String type = position.getClass().getName();
		return new Text(type, ((PositionCodec<Object>) codec(type)).write(position));
	}

	/**
	 * Returns the position of a text.
	 * @throws IllegalArgumentException if there is no codec of its type, or it can't be
	 * read
	 */
	Object read(Text text) {
		return codec(text.type()).read(text.position());
	}

	private PositionCodec<?> codec(String type) {
		PositionCodec<?> codec = this.byType.get(type);
		if (codec == null) {
			throw new IllegalArgumentException("no %s for positions of %s, but for those of %s"
				.formatted(PositionCodec.class.getSimpleName(), type, this.byType.keySet()));
		}
		return codec;
	}

	/**
	 * A position as it is kept.
	 *
	 * @param type the name of its class
	 * @param position what the codec of this class has written
	 */
	record Text(String type, String position) {
	}

}
