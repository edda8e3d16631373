package io.genstage.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.link.LinkWriter;
import org.awaitility.Awaitility;

/**
 * An end of the link "orders", and what it has reported.
 */
final class LinkEnd implements LinkReader.Listener, AutoCloseable {

	static final LinkDefinition ORDERS = LinkDefinition.of("orders");

	private static final Duration LONG = Duration.ofMinutes(1);

	final List<LinkRecord> records = new CopyOnWriteArrayList<>();

	final List<Throwable> interruptions = new CopyOnWriteArrayList<>();

	final List<Throwable> failures = new CopyOnWriteArrayList<>();

	final CompletableFuture<Void> recovered = new CompletableFuture<>();

	private LinkReader reader;

	private LinkWriter writer;

	static LinkEnd reader(JdbcLinks links) {
		LinkEnd end = new LinkEnd();
		end.reader = links.openReader(ORDERS, end);
		return end;
	}

	static LinkEnd writer(JdbcLinks links) {
		LinkEnd end = new LinkEnd();
		end.writer = links.openWriter(ORDERS, end);
		return end;
	}

	/** Makes a message whose key is the beginning of its text. */
	static LinkMessage message(String text) {
		return LinkMessage.of(text.getBytes(StandardCharsets.UTF_8)).withKey(text.substring(0, 1));
	}

	LinkReader reader() {
		return this.reader;
	}

	CompletableFuture<Void> send(LinkMessage message) {
		return this.writer.send(message).toCompletableFuture();
	}

	LinkEnd ask(long messages) {
		this.reader.ask(messages);
		return this;
	}

	/** Waits for so many messages, and returns the texts of all. */
	List<String> await(int count) {
		return await(() -> this.records.size() >= count);
	}

	/** Waits for a message, and returns the texts of all. */
	List<String> await(String text) {
		return await(() -> texts().contains(text));
	}

	private List<String> await(Callable<Boolean> condition) {
		Awaitility.await().atMost(LONG).until(condition);
		return texts();
	}

	List<String> texts() {
		return this.records.stream()
			.map((record) -> new String(record.message().payload(), StandardCharsets.UTF_8))
			.toList();
	}

	LinkRecord last(String text) {
		int index = texts().lastIndexOf(text);
		return this.records.get(index);
	}

	void accept(String text) {
		settle(LinkSettlement.accept(last(text)));
	}

	void settle(LinkSettlement settlement) {
		this.reader.settle(List.of(settlement));
	}

	@Override
	public void delivered(List<LinkRecord> records) {
		this.records.addAll(records);
	}

	@Override
	public void interrupted(Throwable cause) {
		this.interruptions.add(cause);
	}

	@Override
	public void recovered() {
		this.recovered.complete(null);
	}

	@Override
	public void failed(Throwable cause) {
		this.failures.add(cause);
	}

	@Override
	public void close() {
		if (this.reader != null) {
			this.reader.close();
		}
		if (this.writer != null) {
			this.writer.close();
		}
	}

}
