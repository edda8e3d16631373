package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.demand.Counter;
import org.junit.jupiter.api.Test;

/**
 * What several threads may do to the small things that a stage shares with others, in the
 * orders that Lincheck tries. For the mailbox, see {@link MailboxLincheckTests}; for what
 * is too large for Lincheck, {@link SharedStateStressTests}.
 */
class SharedStateLincheckTests {

	private static final int INVOCATIONS = 200;

	@Test
	void countsWhatTwoThreadsAdd() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Counter counter = new Counter();
			inParallel(() -> counter.addShared(2), () -> counter.addShared(3));
			expect(counter.get() == 5, "counted " + counter.get());
		});
	}

	@Test
	void findsTheFaultOfCountingAsIfAlone() {
		LincheckFaults.assertFound("counted", INVOCATIONS, () -> {
			Counter counter = new Counter();
			inParallel(() -> counter.add(2), () -> counter.add(3));
			expect(counter.get() == 5, "counted " + counter.get());
		});
	}

	@Test
	void givesACallerOneAnswer() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Caller caller = new Caller();
			List<Object> heard = new ArrayList<>();
			// Whoever completes it runs this, so a second answer would add a second line.
			CompletableFuture<?> unused = caller.received()
				.whenComplete((value, failure) -> heard.add((failure != null) ? "failure" : String.valueOf(value)))
				.toCompletableFuture();
			inParallel(() -> {
				caller.reply("answer");
				caller.eventsEmitted();
			}, () -> caller.fail(new IllegalStateException("too late")));
			expect(heard.equals(List.of("answer")) || heard.equals(List.of("failure")), "heard " + heard);
			expect(caller.isAnswered(), "not answered");
		});
	}

	@Test
	void letsTheFirstOfTwoAnswersCount() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Caller caller = new Caller();
			caller.eventsEmitted();
			inParallel(() -> caller.reply("a"), () -> caller.replyNow("b"));
			Object heard = caller.received().toCompletableFuture().getNow("nothing");
			expect("a".equals(heard) || "b".equals(heard), "heard " + heard);
		});
	}

	private static void inParallel(Runnable one, Runnable other) {
		Thread thread = new Thread(one);
		thread.start();
		other.run();
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void expect(boolean holds, String otherwise) {
		if (!holds) {
			throw new IllegalStateException(otherwise);
		}
	}

}
