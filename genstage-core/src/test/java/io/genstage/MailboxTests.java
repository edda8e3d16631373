package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MailboxTests {

	private final ManualExecutor executor = new ManualExecutor();

	private final List<Object> taken = new ArrayList<>();

	private final Mailbox mailbox = new Mailbox(this.executor,
			(message) -> this.taken.add(((Message.Info) message).message()));

	@Test
	void keepsMessagesUntilItIsOpened() {
		tell("a");
		assertThat(this.executor.waiting()).isZero();
		this.mailbox.open();
		this.executor.runAll();
		assertThat(this.taken).containsExactly("a");
	}

	@Test
	void needsNoThreadWhileItIsEmpty() {
		this.mailbox.open();
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void schedulesOneTurnForManyMessages() {
		this.mailbox.open();
		tell("a");
		tell("b");
		assertThat(this.executor.waiting()).isEqualTo(1);
		this.executor.runNext();
		assertThat(this.taken).containsExactly("a", "b");
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void endsATurnAfter64MessagesAndSchedulesAnother() {
		this.mailbox.open();
		IntStream.rangeClosed(1, 130).forEach(this::tell);
		this.executor.runNext();
		assertThat(this.taken).hasSize(64);
		assertThat(this.executor.waiting()).isEqualTo(1);
		this.executor.runNext();
		assertThat(this.taken).hasSize(128);
		this.executor.runNext();
		assertThat(this.taken).hasSize(130).startsWith(1, 2, 3).endsWith(129, 130);
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void takesMessagesThatItsReceiverTellsAfterTheOthers() {
		List<Object> order = new ArrayList<>();
		Mailbox[] echoing = new Mailbox[1];
		echoing[0] = new Mailbox(Runnable::run, (message) -> {
			Object content = ((Message.Info) message).message();
			order.add(content);
			if (content.equals("a")) {
				echoing[0].tell(new Message.Info("echo"));
				order.add("a is done");
			}
		});
		echoing[0].tell(new Message.Info("a"));
		echoing[0].tell(new Message.Info("b"));
		echoing[0].open();
		assertThat(order).containsExactly("a", "a is done", "b", "echo");
	}

	@Test
	void goesOnAfterAReceiverThatThrew() {
		Mailbox failing = new Mailbox(this.executor, (message) -> {
			this.taken.add(((Message.Info) message).message());
			if (this.taken.size() == 1) {
				throw new InternalError("oops");
			}
		});
		failing.open();
		failing.tell(new Message.Info("a"));
		failing.tell(new Message.Info("b"));
		assertThatExceptionOfType(InternalError.class).isThrownBy(this.executor::runNext);
		this.executor.runAll();
		assertThat(this.taken).containsExactly("a", "b");
	}

	private void tell(Object message) {
		this.mailbox.tell(new Message.Info(message));
	}

}
