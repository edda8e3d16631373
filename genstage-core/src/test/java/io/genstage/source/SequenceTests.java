package io.genstage.source;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.stream.EventStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Sequences whose stages run on the thread of the test.
 */
@Timeout(60)
class SequenceTests {

	private static final SubscribeOptions BY_HAND = SubscribeOptions.defaults()
		.withManualDemand()
		.withCancel(CancelMode.TEMPORARY);

	private final AtomicInteger closed = new AtomicInteger();

	private final List<Integer> received = new ArrayList<>();

	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	@AfterEach
	void close() {
		this.system.close();
	}

	/** 1, 2, 3, 1, 2, 3 and so on. */
	private Sequence<Integer> cycle() {
		return Sources
			.stream(Stream.iterate(1, (number) -> (number < 3) ? number + 1 : 1).onClose(this.closed::incrementAndGet));
	}

	private List<Integer> takeFive(StageRef source) {
		try (Stream<Integer> events = EventStream.<Integer>in(this.system)
			.subscribeTo(source, SubscribeOptions.defaults())
			.stream()) {
			return events.limit(5).toList();
		}
	}

	private Subscription subscribe(String name, StageRef source) {
		StageRef consumer = this.system.start(name,
				(ConsumerStage<Integer>) (events, from) -> this.received.addAll(events));
		return consumer.subscribeTo(source, BY_HAND).toCompletableFuture().join();
	}

	@Test
	@DisplayName("G118 goes on when its subscribers have left")
	void goesOnWithoutSubscribers() {
		StageRef source = this.system.start("source", cycle());
		assertThat(takeFive(source)).containsExactly(1, 2, 3, 1, 2);
		assertThat(source.status().isRunning()).isTrue();
		assertThat(this.closed).hasValue(0);
	}

	@Test
	@DisplayName("G118 stops when its last subscriber has left, if it is to")
	void stopsWithoutSubscribers() {
		StageRef source = this.system.start("source", cycle().stoppingWhenUnsubscribed());
		assertThat(takeFive(source)).containsExactly(1, 2, 3, 1, 2);
		assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL);
		assertThat(this.closed).hasValue(1);
	}

	@Test
	void staysForASubscriberThatIsLeft() {
		StageRef source = this.system.start("source", cycle().stoppingWhenUnsubscribed());
		Subscription one = subscribe("one", source);
		Subscription two = subscribe("two", source);
		one.cancel(ExitReason.NORMAL);
		two.ask(2);
		assertThat(this.received).containsExactly(1, 2);
		two.consumer().stop(ExitReason.SHUTDOWN);
		assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL);
	}

	@Test
	void staysForASubscriberThatSubscribesAnew() {
		StageRef source = this.system.start("source", cycle().stoppingWhenUnsubscribed());
		Subscription old = subscribe("one", source);
		Subscription anew = old.consumer().resubscribe(old, BY_HAND, ExitReason.NORMAL).toCompletableFuture().join();
		anew.ask(1);
		assertThat(this.received).containsExactly(1);
		assertThat(source.status().isRunning()).isTrue();
	}

	@Test
	@DisplayName("G117 is found by its name and notices its end by the demand after it")
	void noticesItsEndByTheDemandAfterIt() {
		StageRef source = this.system.start("four", Sources.iterable(List.of(1, 2, 3, 4)));
		assertThat(this.system.find("four")).containsSame(source);
		Subscription subscription = subscribe("one", source);
		subscription.ask(4);
		assertThat(this.received).containsExactly(1, 2, 3, 4);
		assertThat(source.status().isRunning()).isTrue();
		subscription.ask(1);
		assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL);
	}

	@Test
	void leavesAStreamAloneThatItCannotStart() {
		this.system.start("source", Sources.iterable(List.of()));
		Sequence<Integer> cycle = cycle();
		assertThatIllegalArgumentException().isThrownBy(() -> this.system.start("source", cycle));
		assertThat(takeFive(this.system.start("other", cycle))).containsExactly(1, 2, 3, 1, 2);
	}

	/**
	 * A second run would read the elements again, or none of a stream that is used up.
	 */
	@Test
	void cannotGoOnWhereAFailedRunWas() {
		Sequence<Integer> stream = cycle();
		Sequence<Integer> iterable = Sources.iterable(List.of(1));
		assertThat(stream.isRestartable()).isFalse();
		assertThat(iterable.isRestartable()).isFalse();
		assertThat(iterable.stoppingWhenUnsubscribed().isRestartable()).isFalse();
	}

}
