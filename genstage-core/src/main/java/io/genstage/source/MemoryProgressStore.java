package io.genstage.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Keeps positions as long as the JVM runs: over a restart of a stage, not over one of the
 * application. Any thread may use it.
 * <p>
 * A source that loads a position takes it over: from then on a source that has loaded it
 * earlier, under the same name, can't save it any more, and reports that.
 *
 * @param <P> the type of the positions
 */
public final class MemoryProgressStore<P> implements ProgressStore<P> {

	private final Map<String, Kept<P>> positions = new ConcurrentHashMap<>();

	@Override
	public @Nullable P load(String name) {
		Kept<P> kept = this.positions.get(name);
		return (kept != null) ? kept.position() : null;
	}

	@Override
	public void save(String name, P position) {
		this.positions.compute(name, (key, kept) -> new Kept<>(position, (kept != null) ? kept.reader() : null));
	}

	@Override
	public ProgressStore<P> reader() {
		return new Reader();
	}

	/**
	 * What one run of a source uses.
	 */
	private final class Reader implements ProgressStore<P> {

		@Override
		public @Nullable P load(String name) {
			Kept<P> taken = MemoryProgressStore.this.positions.compute(name,
					(key, kept) -> new Kept<>((kept != null) ? kept.position() : null, this));
			return taken.position();
		}

		/**
		 * Saves a position.
		 * @throws IllegalStateException if another reader has loaded it since
		 */
		@Override
		public void save(String name, P position) {
			MemoryProgressStore.this.positions.compute(name, (key, kept) -> {
				if (kept == null || kept.reader() != this) {
					throw new IllegalStateException(
							"the progress of '%s' was taken over by another source: do two have the same name?"
								.formatted(name));
				}
				return new Kept<>(position, this);
			});
		}

	}

	/**
	 * What is known of a name.
	 *
	 * @param position the position that was saved last, {@code null} if none was
	 * @param reader who has loaded it last, {@code null} if nobody has
	 * @param <P> the type of the position
	 */
	private record Kept<P>(@Nullable P position, @Nullable Object reader) {
	}

}
