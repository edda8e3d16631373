package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.failure.Decision;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.source.DeadLetterQueue;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dead letters that are handed on to other stages.
 */
class DeadLetterQueueTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final EventQueue<Object> queue = new EventQueue<>(2);

	private final DeadLetterQueue letters = new DeadLetterQueue(this.queue);

	private final FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.NONE)
		.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))
		.withDeadLetters(this.letters);

	private final List<String> settled = new ArrayList<>();

	private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		accepted.forEach((settlement) -> this.settled.add(settlement.outcome() + " " + settlement.event()));
		failed.forEach((settlement) -> this.settled.add(settlement.outcome() + " " + settlement.event()));
	};

	private final List<Object> buried = new ArrayList<>();

	private StageRef source;

	private StageRef unpaid;

	private StageRef stage;

	@BeforeEach
	void start() {
		this.source = this.dialogue.start("source", new ManualSource());
		this.unpaid = this.dialogue.start("unpaid", this.queue);
	}

	private void start(FailurePolicy policy) {
		PerEventConsumerStage<Object> pay = (event, from) -> {
			throw new IllegalStateException("unpaid");
		};
		this.stage = this.dialogue.start("pay", pay, StageOptions.defaults().withFailure(policy));
		Dialogue.subscribe(this.stage, this.source, 10, 5);
	}

	/** Subscribes somebody to the letters, who fails at some of them. */
	private void remind(Object... failing) {
		PerEventConsumerStage<Object> remind = (event, from) -> {
			if (List.of(failing).contains(event)) {
				throw new IllegalStateException("not reminded");
			}
			this.buried.add(event);
		};
		Dialogue.subscribe(
				this.dialogue.start("remind", remind,
						StageOptions.defaults().withFailure(this.policy.withThen(FailurePolicy.Then.FAIL))),
				this.unpaid, 10, 5);
	}

	private void emit(Object... events) {
		this.source.tell(List.of(events));
	}

	private void emitDeliveries(Object... events) {
		emit(Stream.of(events).map((event) -> Delivery.of(event, this.acknowledger, "g")).toArray());
	}

	@Test
	void areEventsForWhoSubscribesToTheirQueue() {
		start(this.policy);
		remind();
		emit("a", "b");
		assertThat(this.buried).containsExactly("a", "b");
		assertThat(this.stage.status().counts().deadLettered()).isEqualTo(2);
		assertThat(this.stage.status().held()).isZero();
	}

	@Test
	void areWhatTheirDeciderSays() {
		start(this.policy
			.withDecider((event, failure, attempt) -> Decision.byPolicy().withLetter("letter of " + event)));
		remind();
		emitDeliveries("a");
		emit("b");
		assertThat(this.buried).containsExactly("letter of a", "letter of b");
		assertThat(this.settled).containsExactly("DEAD_LETTERED a");
	}

	@Test
	void areSettledBehindTheirQueue() {
		start(this.policy);
		emitDeliveries("a", "b");
		assertThat(this.stage.status().counts().deadLettered()).isEqualTo(2);
		// Nobody has had them yet.
		assertThat(this.settled).isEmpty();
		remind("b");
		assertThat(this.buried).containsExactly("a");
		assertThat(this.settled).containsExactlyInAnyOrder("DEAD_LETTERED a", "FAILED b");
	}

	@Test
	void letTheirStageWaitWhileTheirQueueIsFull() {
		start(this.policy);
		emitDeliveries("a", "b", "c");
		assertThat(this.queue.size()).isEqualTo(2);
		assertThat(this.stage.status().held()).isOne();
		assertThat(this.log.read())
			.contains("SEVERE stage 'pay' waits, since a dead letter could not be stored; it tries again");
		remind();
		this.dialogue.runTimer();
		assertThat(this.buried).containsExactly("a", "b", "c");
		assertThat(this.settled).containsExactlyInAnyOrder("DEAD_LETTERED a", "DEAD_LETTERED b", "DEAD_LETTERED c");
		assertThat(this.stage.status().held()).isZero();
	}

	@Test
	void areFailedToTheirSourceIfTheirStageStopsBeforeTheyAreTaken() {
		start(this.policy);
		emitDeliveries("a", "b", "c");
		this.stage.stop(ExitReason.SHUTDOWN);
		remind();
		assertThat(this.buried).containsExactly("a", "b");
		assertThat(this.settled).containsExactlyInAnyOrder("FAILED c", "DEAD_LETTERED a", "DEAD_LETTERED b");
	}

	@Test
	void areNotToBeLookedAt() {
		UUID id = UUID.randomUUID();
		assertThat(this.letters.find(id)).isEmpty();
		assertThat(this.letters.event(id)).isEmpty();
		assertThat(this.letters.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 10)).isEmpty();
		assertThat(this.letters.oldestFirst(DeadLetterFilter.all(), 0, 10)).isEmpty();
		assertThat(this.letters.claim(id, id, Duration.ofSeconds(1))).isEmpty();
		assertThat(this.letters.remove(id) || this.letters.remove(id, id) || this.letters.abandon(id, "no")
				|| this.letters.explain(id, "no"))
			.isFalse();
		assertThat(this.letters.counts().total()).isZero();
		assertThat(this.letters.held("pay", "key")).isZero();
		assertThat(this.letters.isDurable()).isFalse();
	}

}
