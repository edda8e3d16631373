package io.genstage.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.dispatch.Demand;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a link in memory. What it keeps is guarded by the lock of the
 * link.
 */
final class MemoryReader implements LinkReader {

	private final MemoryLink link;

	private final Listener listener;

	private final SerialCalls calls = new SerialCalls();

	/** What is delivered and not settled, by the token of its last delivery. */
	private final Map<Object, StoredMessage> inHand = new LinkedHashMap<>();

	private long credit;

	private boolean stopped;

	private final CompletableFuture<Void> whenStopped = new CompletableFuture<>();

	MemoryReader(MemoryLink link, Listener listener) {
		this.link = link;
		this.listener = listener;
	}

	@Override
	public void ask(long messages) {
		if (messages < 1) {
			throw new IllegalArgumentException("expected to be asked for at least 1 message, not " + messages);
		}
		this.link.changing(() -> this.credit = Demand.add(this.credit, messages));
	}

	@Override
	public void settle(List<LinkSettlement> settlements) {
		this.link.changing(() -> {
			settlements.forEach(this::settle);
			return null;
		});
	}

	private void settle(LinkSettlement settlement) {
		StoredMessage message = this.inHand.remove(settlement.record().token());
		if (message == null) {
			// It was settled before, or was taken back.
			return;
		}
		switch (settlement.action()) {
			case ACCEPT -> this.link.done();
			case REJECT -> this.calls.add(this.link.reject(message, settlement.reason()));
			case RELEASE -> {
				message.forgetDelivery();
				this.link.putBack(message);
			}
			case RETRY, HOLD -> {
				message.note(settlement.note());
				if (settlement.action() == LinkSettlement.Action.HOLD) {
					message.forgetDelivery();
				}
				if (settlement.delay().isZero()) {
					this.link.putBack(message);
				}
				else {
					this.link.putBackLater(message, settlement.delay());
				}
			}
		}
	}

	@Override
	public CompletionStage<Void> stop() {
		this.link.changing(() -> {
			if (!this.stopped) {
				this.stopped = true;
				this.calls.add(() -> this.whenStopped.complete(null));
			}
			return null;
		});
		return this.whenStopped.minimalCompletionStage();
	}

	@Override
	public OptionalLong backlog() {
		return OptionalLong.of(this.link.changing(this.link::backlog));
	}

	@Override
	public void close() {
		this.link.changing(() -> {
			this.stopped = true;
			this.link.leave(this);
			return null;
		});
		this.calls.end();
		this.whenStopped.complete(null);
	}

	// Within a change

	SerialCalls calls() {
		return this.calls;
	}

	void takeFrom(NavigableMap<Long, StoredMessage> waiting) {
		List<LinkRecord> records = new ArrayList<>();
		while (!this.stopped && this.credit > 0 && !waiting.isEmpty()) {
			StoredMessage message = waiting.pollFirstEntry().getValue();
			LinkRecord record = message.deliver();
			this.inHand.put(record.token(), message);
			records.add(record);
			this.credit--;
		}
		if (!records.isEmpty()) {
			List<LinkRecord> delivered = List.copyOf(records);
			this.calls.add(() -> this.listener.delivered(delivered));
		}
	}

	void takeBack() {
		this.inHand.values().forEach(this.link::putBack);
		this.inHand.clear();
	}

	void report(@Nullable Throwable cause) {
		if (cause != null) {
			this.calls.add(() -> this.listener.interrupted(cause));
		}
		else {
			this.calls.add(this.listener::recovered);
		}
	}

}
