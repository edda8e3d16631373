package io.genstage.link;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.link.MemoryLink.Unconfirmed;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a link in memory. What it keeps is guarded by the lock of the link.
 */
final class MemoryWriter implements LinkWriter {

	private final MemoryLink link;

	private final LinkListener listener;

	private final SerialCalls calls = new SerialCalls();

	private boolean closed;

	MemoryWriter(MemoryLink link, LinkListener listener) {
		this.link = link;
		this.listener = listener;
	}

	@Override
	public CompletionStage<Void> send(LinkMessage message) {
		Objects.requireNonNull(message, "message must not be null");
		Unconfirmed sent = new Unconfirmed(message, this, new CompletableFuture<>());
		boolean taken = this.link.changing(() -> {
			if (!this.closed) {
				this.link.send(sent);
			}
			return !this.closed;
		});
		if (!taken) {
			sent.confirmation().completeExceptionally(closedException());
		}
		return sent.confirmation().minimalCompletionStage();
	}

	@Override
	public void close() {
		List<CompletableFuture<Void>> given = this.link.changing(() -> {
			this.closed = true;
			return this.link.leave(this);
		});
		given.forEach((confirmation) -> confirmation.completeExceptionally(closedException()));
		this.calls.end();
	}

	private static IllegalStateException closedException() {
		return new IllegalStateException("the writer of the link was closed before the message was confirmed");
	}

	// Within a change

	SerialCalls calls() {
		return this.calls;
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
