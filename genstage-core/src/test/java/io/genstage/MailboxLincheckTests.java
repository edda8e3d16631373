package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What the threads around a mailbox may do to each other, in the orders that Lincheck
 * tries. The turns run on the senders' own threads: that leaves as many ways to meet as a
 * pool does, in a tenth of the time.
 */
class MailboxLincheckTests {

	private static final int INVOCATIONS = 1_000;

	@Test
	void handlesWhatTwoThreadsTellIt() {
		Lincheck.runConcurrentTest(INVOCATIONS, () -> {
			Received received = new Received();
			Mailbox mailbox = new Mailbox(Runnable::run, received);
			mailbox.open();
			tellByTwoThreads(mailbox::tell);
			received.checkAll();
		});
	}

	@Test
	void handlesWhatItIsToldWhileItOpens() {
		Lincheck.runConcurrentTest(INVOCATIONS, () -> {
			Received received = new Received();
			Mailbox mailbox = new Mailbox(Runnable::run, received);
			Thread opener = new Thread(mailbox::open);
			opener.start();
			tellByTwoThreads(mailbox::tell);
			join(opener);
			received.checkAll();
		});
	}

	@Test
	void findsTheFaultOfAMailboxThatForgetsToLookAgain() {
		assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, () -> {
			Received received = new Received();
			ForgetfulMailbox mailbox = new ForgetfulMailbox(Runnable::run, received);
			mailbox.open();
			tellByTwoThreads(mailbox::tell);
			received.checkAll();
		})).isInstanceOf(AssertionError.class).hasMessageContaining("stuck");
	}

	private static void tellByTwoThreads(Consumer<Message> mailbox) {
		Thread other = new Thread(() -> tellTwo(mailbox, "a"));
		other.start();
		tellTwo(mailbox, "b");
		join(other);
	}

	private static void tellTwo(Consumer<Message> mailbox, String sender) {
		mailbox.accept(new Message.Info(sender + 1));
		mailbox.accept(new Message.Info(sender + 2));
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What the mailbox has handed over, confined like a stage.
	 */
	private static final class Received implements Consumer<Message> {

		private final List<Object> messages = new ArrayList<>();

		private final AtomicInteger receiving = new AtomicInteger();

		@Override
		public void accept(Message message) {
			if (this.receiving.getAndIncrement() != 0) {
				throw new IllegalStateException("two at a time");
			}
			this.messages.add(((Message.Info) message).message());
			this.receiving.decrementAndGet();
		}

		void checkAll() {
			if (this.messages.size() != 4) {
				throw new IllegalStateException("stuck or doubled: " + this.messages);
			}
			if (this.messages.indexOf("a1") > this.messages.indexOf("a2")
					|| this.messages.indexOf("b1") > this.messages.indexOf("b2")) {
				throw new IllegalStateException("out of order: " + this.messages);
			}
		}

	}

}
