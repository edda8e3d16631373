package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

/**
 * What the threads around a mailbox may do to each other, in the orders that Lincheck
 * tries. The turns run on the senders' own threads: that leaves as many ways to meet as a
 * pool does, in a tenth of the time.
 */
class MailboxLincheckTests {

	private static final int INVOCATIONS = 500;

	@Test
	void handlesWhatTwoThreadsTellIt() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Received received = new Received();
			Mailbox mailbox = new Mailbox(Runnable::run, received);
			mailbox.open();
			tellByTwoThreads(mailbox::tell, 2);
			received.check(2, 2);
		});
	}

	@Test
	void handlesWhatItIsToldWhileItOpens() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Received received = new Received();
			Mailbox mailbox = new Mailbox(Runnable::run, received);
			Thread opener = new Thread(mailbox::open);
			opener.start();
			tell(mailbox::tell, "a", 2);
			join(opener);
			received.check(2, 0);
		});
	}

	@Test
	void findsTheFaultOfAMailboxThatForgetsToLookAgain() {
		LincheckFaults.assertFound("stuck", INVOCATIONS, () -> {
			Received received = new Received();
			ForgetfulMailbox mailbox = new ForgetfulMailbox(Runnable::run, received);
			mailbox.open();
			tellByTwoThreads(mailbox::tell, 1);
			received.check(1, 1);
		});
	}

	private static void tellByTwoThreads(Consumer<Message> mailbox, int messages) {
		Thread other = new Thread(() -> tell(mailbox, "a", messages));
		other.start();
		tell(mailbox, "b", messages);
		join(other);
	}

	private static void tell(Consumer<Message> mailbox, String sender, int messages) {
		for (int number = 1; number <= messages; number++) {
			mailbox.accept(new Message.Info(sender + number));
		}
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

		void check(int byA, int byB) {
			if (this.messages.size() != byA + byB) {
				throw new IllegalStateException("stuck or doubled: " + this.messages);
			}
			checkOrder("a", byA);
			checkOrder("b", byB);
		}

		private void checkOrder(String sender, int count) {
			int last = -1;
			for (int number = 1; number <= count; number++) {
				int place = this.messages.indexOf(sender + number);
				if (place <= last) {
					throw new IllegalStateException("missing or out of order: " + this.messages);
				}
				last = place;
			}
		}

	}

}
