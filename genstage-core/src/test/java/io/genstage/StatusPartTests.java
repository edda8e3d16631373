package io.genstage;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The parts of a status are summed up number by number.
 */
class StatusPartTests {

	@Test
	void countsOfStagesAddUp() {
		assertThat(new EventCounts(1, 2, 3).plus(new EventCounts(10, 20, 30))).isEqualTo(new EventCounts(11, 22, 33));
		assertThat(EventCounts.NONE.plus(new EventCounts(1, 2, 3))).isEqualTo(new EventCounts(1, 2, 3));
	}

	@Test
	void countsSinceAnEarlierMomentAreWhatHasCome() {
		assertThat(new EventCounts(11, 22, 33).since(new EventCounts(1, 2, 3))).isEqualTo(new EventCounts(10, 20, 30));
	}

	@Test
	void whatWaitsAddsUp() {
		assertThat(new WaitingEvents(1, 2, 3, 4, 5, 6).plus(new WaitingEvents(10, 20, 30, 40, 50, 60)))
			.isEqualTo(new WaitingEvents(11, 22, 33, 44, 55, 66));
		assertThat(WaitingEvents.NONE.plus(new WaitingEvents(1, 2, 3, 4, 5)))
			.isEqualTo(new WaitingEvents(1, 2, 3, 4, 5));
	}

	@Test
	void countsOfSubscriptionsAddUp() {
		assertThat(new SubscriptionCounts(40, 30, 20, 10).plus(new SubscriptionCounts(4, 3, 2, 1)))
			.isEqualTo(new SubscriptionCounts(44, 33, 22, 11));
		assertThat(SubscriptionCounts.NONE.plus(new SubscriptionCounts(4, 3, 2, 1)))
			.isEqualTo(new SubscriptionCounts(4, 3, 2, 1));
	}

	@Test
	void whatWasSentIsHandledLostOrInFlight() {
		SubscriptionCounts counts = new SubscriptionCounts(9, 7, 4, 1);
		assertThat(counts.handled()).isEqualTo(3);
		assertThat(counts.inFlight()).isEqualTo(3);
	}

	@Test
	void aStatusAnswersForItsParts() {
		StageStatus stage = new StageStatus("s", StageKind.PRODUCER_CONSUMER, null, DemandMode.FORWARD,
				new EventCounts(1, 2, 3), new WaitingEvents(4, 5, 6, 7, 8, 9), List.of(), List.of(), null, List.of());
		assertThat(stage.in()).isEqualTo(1);
		assertThat(stage.out()).isEqualTo(2);
		assertThat(stage.discarded()).isEqualTo(3);
		assertThat(stage.buffered()).isEqualTo(4);
		assertThat(stage.unserved()).isEqualTo(5);
		assertThat(stage.queued()).isEqualTo(6);
		assertThat(stage.backlog()).isEqualTo(7);
		assertThat(stage.held()).isEqualTo(8);
		assertThat(stage.retrying()).isEqualTo(9);
	}

}
