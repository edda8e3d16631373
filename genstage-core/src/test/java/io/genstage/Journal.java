package io.genstage;

import java.util.ArrayList;
import java.util.List;

/**
 * What happened in a test, in order: callbacks of the stage under test as they are named,
 * messages to a probe as {@code name <- message}.
 */
final class Journal {

	private final List<String> lines = new ArrayList<>();

	void note(String line) {
		this.lines.add(line);
	}

	/** Returns what happened since the last call. */
	List<String> read() {
		List<String> read = List.copyOf(this.lines);
		this.lines.clear();
		return read;
	}

}
