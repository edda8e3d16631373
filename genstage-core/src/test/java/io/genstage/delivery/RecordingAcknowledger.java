package io.genstage.delivery;

import java.util.ArrayList;
import java.util.List;

/**
 * Notes each call in Broadway's notation: {@code ack group [accepted | failed]}.
 */
final class RecordingAcknowledger implements Acknowledger<Object> {

	private final List<String> calls = new ArrayList<>();

	private final List<Settlement> settlements = new ArrayList<>();

	@Override
	public void settle(Object group, List<Settlement> accepted, List<Settlement> failed) {
		this.settlements.addAll(accepted);
		this.settlements.addAll(failed);
		this.calls.add("ack %s [%s | %s]".formatted(group, events(accepted), events(failed)));
	}

	private static String events(List<Settlement> settlements) {
		return settlements.isEmpty() ? "–"
				: String.join(", ", settlements.stream().map((one) -> one.event().toString()).toList());
	}

	/** Returns the calls since the last time. */
	List<String> calls() {
		List<String> read = List.copyOf(this.calls);
		this.calls.clear();
		return read;
	}

	/** Returns what it has got since the last time. */
	List<Settlement> settlements() {
		List<Settlement> read = List.copyOf(this.settlements);
		this.settlements.clear();
		return read;
	}

}
