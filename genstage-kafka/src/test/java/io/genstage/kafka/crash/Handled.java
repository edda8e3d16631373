package io.genstage.kafka.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What processes have handled, in the order of time.
 *
 * @param lines all of them
 */
record Handled(List<Line> lines) {

	static Handled by(List<Path> files) throws IOException {
		List<Line> lines = new ArrayList<>();
		for (Path file : files) {
			if (Files.exists(file)) {
				lines.addAll(read(file));
			}
		}
		lines.sort(Comparator.comparingLong(Line::time));
		return new Handled(lines);
	}

	private static List<Line> read(Path file) throws IOException {
		String text = Files.readString(file);
		// A killed process may have written a part of a line.
		return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Line::parse).toList();
	}

	int distinct() {
		return new HashSet<>(this.lines.stream().map(Line::event).toList()).size();
	}

	int duplicates() {
		return this.lines.size() - distinct();
	}

	/**
	 * How many were handled in a second while everybody had enough: from the first tenth
	 * up to the half.
	 */
	double rate() {
		int from = this.lines.size() / 10;
		int to = this.lines.size() / 2;
		return (to - from) * 1e9 / (this.lines.get(to).time() - this.lines.get(from).time());
	}

	/** How often an event was seen for the first time behind a later one of its key. */
	int stepsBack() {
		Set<String> seen = new HashSet<>();
		Map<String, Integer> last = new HashMap<>();
		int steps = 0;
		for (Line line : this.lines) {
			if (seen.add(line.event()) && last.merge(line.key(), line.number(), Math::max) > line.number()) {
				steps++;
			}
		}
		return steps;
	}

	/**
	 * One event that was handled.
	 *
	 * @param time when
	 * @param key its key
	 * @param number its place among those of its key
	 */
	record Line(long time, String key, int number) {

		static Line parse(String line) {
			String[] parts = line.split(" ");
			return new Line(Long.parseLong(parts[0]), parts[1], Integer.parseInt(parts[2]));
		}

		String event() {
			return this.key + " " + this.number;
		}

	}

}
