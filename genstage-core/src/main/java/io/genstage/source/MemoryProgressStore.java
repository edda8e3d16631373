package io.genstage.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Keeps positions as long as the JVM runs: over a restart of a stage, not over one of the
 * application. Any thread may use it.
 *
 * @param <P> the type of the positions
 */
public final class MemoryProgressStore<P> implements ProgressStore<P> {

	private final Map<String, P> positions = new ConcurrentHashMap<>();

	@Override
	public @Nullable P load(String name) {
		return this.positions.get(name);
	}

	@Override
	public void save(String name, P position) {
		this.positions.put(name, position);
	}

}
