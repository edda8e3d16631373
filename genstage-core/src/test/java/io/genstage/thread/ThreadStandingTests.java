package io.genstage.thread;

import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ThreadStandingTests {

	private final CountDownLatch end = new CountDownLatch(1);

	private int inspections;

	@AfterEach
	void end() {
		this.end.countDown();
	}

	@Test
	void isHeldUpWhenTwoLooksMeetItWaitingInOneTask() {
		ThreadStanding standing = new ThreadStanding(waiting());
		standing.look(1, this::inspect);
		assertThat(standing.isBlocked()).isTrue();
		assertThat(standing.isHeldUp()).isFalse();
		standing.look(1, this::inspect);
		assertThat(standing.isHeldUp()).isTrue();
		assertThat(standing.isBusy()).isFalse();
		assertThat(this.inspections).isZero();
	}

	@Test
	void isHeldUpWhenMostLooksMeetItWaitingInShortTasks() {
		ThreadStanding standing = new ThreadStanding(waiting());
		for (int look = 0; look < 5; look++) {
			standing.look(1 + 2 * look, this::inspect);
			assertThat(standing.isHeldUp()).isFalse();
		}
		standing.look(11, this::inspect);
		assertThat(standing.isHeldUp()).isTrue();
		standing.look(12, this::inspect);
		standing.look(14, this::inspect);
		assertThat(standing.isHeldUp()).isTrue();
		standing.look(16, this::inspect);
		assertThat(standing.isHeldUp()).isFalse();
	}

	@Test
	void isNotHeldUpBetweenTasks() {
		ThreadStanding standing = new ThreadStanding(waiting());
		for (int look = 0; look < 20; look++) {
			standing.look(2, this::inspect);
		}
		assertThat(standing.isBlocked()).isFalse();
		assertThat(standing.isHeldUp()).isFalse();
		assertThat(standing.isBusy()).isFalse();
		assertThat(standing.isEngaged()).isFalse();
	}

	@Test
	void isBusyWhileItComputesInOneTaskForLong() {
		ThreadStanding standing = new ThreadStanding(computing());
		for (int look = 0; look < 10; look++) {
			standing.look(1, this::inspect);
			assertThat(standing.isBusy()).isFalse();
		}
		standing.look(1, this::inspect);
		assertThat(standing.isBusy()).isTrue();
		assertThat(standing.isEngaged()).isTrue();
		assertThat(standing.isHeldUp()).isFalse();
		standing.look(3, this::inspect);
		assertThat(standing.isBusy()).isFalse();
	}

	@Test
	void isInspectedOnlyWithPermission() {
		ThreadStanding standing = new ThreadStanding(computing());
		for (int look = 0; look < 20; look++) {
			standing.look(1, () -> false);
		}
		assertThat(standing.isHeldUp()).isFalse();
	}

	private boolean inspect() {
		this.inspections++;
		return true;
	}

	private Thread waiting() {
		Thread thread = start(() -> {
			try {
				this.end.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
		return thread;
	}

	private Thread computing() {
		return start(() -> {
			while (this.end.getCount() > 0) {
				Thread.onSpinWait();
			}
		});
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task, "standing");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

}
