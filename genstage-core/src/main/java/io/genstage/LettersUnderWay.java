package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Dead letters of a system that are being written, by stage and key. A run that was
 * restarted meanwhile finds those of the run before it here, and lets events of their
 * keys wait. Any thread may use it.
 */
final class LettersUnderWay {

	private final ConcurrentHashMap<Line, List<Burial>> writers = new ConcurrentHashMap<>();

	void begin(String stage, String key, Burial writer) {
		this.writers.compute(new Line(stage, key), (line, before) -> {
			List<Burial> after = (before != null) ? new ArrayList<>(before) : new ArrayList<>();
			after.add(writer);
			return List.copyOf(after);
		});
	}

	void end(String stage, String key, Burial writer) {
		this.writers.computeIfPresent(new Line(stage, key), (line, before) -> {
			List<Burial> after = new ArrayList<>(before);
			after.remove(writer);
			return after.isEmpty() ? null : List.copyOf(after);
		});
	}

	boolean isEmpty() {
		return this.writers.isEmpty();
	}

	/** Returns whether another run writes a letter of a key. */
	boolean isOfAnother(String stage, String key, Burial run) {
		return this.writers.getOrDefault(new Line(stage, key), List.of())
			.stream()
			.anyMatch((writer) -> !writer.equals(run));
	}

	/**
	 * What keeps its order.
	 */
	private record Line(String stage, String key) {
	}

}
