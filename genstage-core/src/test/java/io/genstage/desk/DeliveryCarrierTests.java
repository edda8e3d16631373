package io.genstage.desk;

import java.util.ArrayList;
import java.util.List;

import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.SettlementListener;
import io.genstage.delivery.SettlementQueue;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeliveryCarrier}.
 */
class DeliveryCarrierTests {

	private final SettlementQueue queue = new SettlementQueue(Runnable::run, SettlementListener.NONE);

	private final DeliveryCarrier carrier = new DeliveryCarrier();

	private final List<String> fates = new ArrayList<>();

	private Delivery<?> carry(String event) {
		Delivery<?> delivery = (Delivery<?>) this.carrier.carry(event, new Carrier.Fate() {
			@Override
			public void accepted() {
				DeliveryCarrierTests.this.fates.add(event + " accepted");
			}

			@Override
			public void failed(@Nullable Throwable cause, @Nullable String reason) {
				DeliveryCarrierTests.this.fates.add("%s failed: %s, %s".formatted(event, cause, reason));
			}
		});
		this.queue.enter(List.of(delivery));
		return delivery;
	}

	@Test
	void carriesTheEvent() {
		assertThat(Delivery.payload(carry("a"))).isEqualTo("a");
	}

	@Test
	void saysOfEachEventWhatHasComeOfIt() {
		carry("a").settle(Verdict.accepted());
		carry("b").settle(Verdict.skipped("too old"));
		carry("c").settle(Verdict.failed("used up", new IllegalStateException("no")));
		carry("d");
		assertThat(this.fates).containsExactly("a accepted", "b accepted",
				"c failed: java.lang.IllegalStateException: no, used up");
	}

	@Test
	void waitsForWhatWasMadeFromTheEvent() {
		Delivery<?> delivery = carry("a");
		Delivery<String> child = delivery.with("a1");
		delivery.settle(Verdict.accepted());
		assertThat(this.fates).isEmpty();
		child.settle(Verdict.failed("discard", null));
		assertThat(this.fates).containsExactly("a failed: null, discard");
	}

	@Test
	void countsAnotherLetterFurtherDownAsAccepted() {
		Delivery<?> delivery = carry("a");
		Delivery<String> child = delivery.with("a1");
		delivery.settle(Verdict.accepted());
		child.settle(Verdict.deadLettered("used up", null));
		assertThat(this.fates).containsExactly("a accepted");
	}

	@Test
	void hasTheEventGivenBackButNotWhatWasMadeFromIt() {
		Delivery<?> delivery = carry("a");
		assertThat(delivery.isReplayed()).isTrue();
		assertThat(delivery.with("a1").isReplayed()).isFalse();
		Acknowledger<String> other = (group, accepted, failed) -> {
		};
		assertThat(Delivery.of("b", other, "group").isReplayed()).isFalse();
	}

}
