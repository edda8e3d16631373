package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * Notes what a dispatcher sends, one line per message.
 */
final class RecordingOutlet implements Outlet<String> {

	private final List<String> sent = new ArrayList<>();

	private final List<String> warnings = new ArrayList<>();

	private int unservedSize;

	private Unserved unserved = Unserved.WAIT;

	@Override
	public void send(Subscriber subscriber, List<String> events) {
		this.sent.add(subscriber + " " + events);
	}

	@Override
	public void discard(List<String> events) {
		this.sent.add("lost " + events);
	}

	/** Lets so many events wait for partitions without a subscriber. */
	void letWait(int unservedSize, Unserved beyond) {
		this.unservedSize = unservedSize;
		this.unserved = beyond;
	}

	@Override
	public int unservedSize() {
		return this.unservedSize;
	}

	@Override
	public Unserved unservedRule() {
		return this.unserved;
	}

	@Override
	public void warn(String message) {
		this.warnings.add(message);
	}

	/** Returns what was sent since the last call, such as {@code A [a, b]}. */
	List<String> sent() {
		List<String> taken = List.copyOf(this.sent);
		this.sent.clear();
		return taken;
	}

	List<String> warnings() {
		return this.warnings;
	}

}
