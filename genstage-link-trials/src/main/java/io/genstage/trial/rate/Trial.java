package io.genstage.trial.rate;

/**
 * One measurement of one end of a link.
 *
 * @param destination where events are sent, or read
 * @param sends whether it sends, or else receives
 * @param bytes how large an event is
 * @param window how many events are in flight at most, or in a batch
 * @param warmUp how many events come before those that are measured
 * @param measured how many events are measured
 */
public record Trial(String destination, boolean sends, int bytes, int window, long warmUp, long measured) {

	static Trial parse(String line) {
		String[] words = line.split(" ", -1);
		return new Trial(words[0], Boolean.parseBoolean(words[1]), Integer.parseInt(words[2]),
				Integer.parseInt(words[3]), Long.parseLong(words[4]), Long.parseLong(words[5]));
	}

	String line() {
		return "%s %s %d %d %d %d".formatted(this.destination, this.sends, this.bytes, this.window, this.warmUp,
				this.measured);
	}

	/** Returns how many events there are in all. */
	public long events() {
		return this.warmUp + this.measured;
	}

}
