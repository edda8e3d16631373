package io.genstage.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;

/**
 * What an end of a link has reported.
 */
final class Heard implements LinkReader.Listener {

	private final List<LinkRecord> records = new CopyOnWriteArrayList<>();

	private final List<String> reports = new CopyOnWriteArrayList<>();

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	List<LinkRecord> records() {
		return List.copyOf(this.records);
	}

	List<String> texts() {
		List<String> texts = new ArrayList<>();
		for (LinkRecord record : this.records) {
			byte[] payload = record.message().payload();
			texts.add((payload != null) ? new String(payload, StandardCharsets.UTF_8) : "gone");
		}
		return texts;
	}

	List<String> reports() {
		return List.copyOf(this.reports);
	}

	List<Throwable> failures() {
		return List.copyOf(this.failures);
	}

	@Override
	public void delivered(List<LinkRecord> delivered) {
		this.records.addAll(delivered);
	}

	@Override
	public void interrupted(Throwable cause) {
		this.reports.add("interrupted");
	}

	@Override
	public void recovered() {
		this.reports.add("recovered");
	}

	@Override
	public void failed(Throwable cause) {
		this.failures.add(cause);
	}

}
