package io.genstage;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A {@link Mailbox} with a planted fault: it doesn't look at its messages again after it
 * has cleared the flag. Only {@link MailboxLincheckTests} uses it.
 */
final class ForgetfulMailbox {

	private final Queue<Message> messages = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean busy = new AtomicBoolean(true);

	private final Executor executor;

	private final Consumer<Message> receiver;

	ForgetfulMailbox(Executor executor, Consumer<Message> receiver) {
		this.executor = executor;
		this.receiver = receiver;
	}

	void open() {
		this.busy.set(false);
	}

	void tell(Message message) {
		this.messages.add(message);
		scheduleTurn();
	}

	private void scheduleTurn() {
		if (!this.busy.get() && this.busy.compareAndSet(false, true)) {
			this.executor.execute(this::takeTurn);
		}
	}

	private void takeTurn() {
		try {
			for (Message message = this.messages.poll(); message != null; message = this.messages.poll()) {
				this.receiver.accept(message);
			}
		}
		finally {
			this.busy.set(false);
		}
	}

}
