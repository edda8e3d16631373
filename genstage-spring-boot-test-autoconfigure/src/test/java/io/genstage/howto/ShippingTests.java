package io.genstage.howto;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.delivery.Outcome;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.failure.EventRejectedException;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test of stages.
 */
// tag::test[]
@GenStageTest(Shipping.class)
class ShippingTests {

	private static final Order ORDER = new Order(1, "Ann", 3);

	@Autowired
	private StageProbes probes;

	@Autowired
	private TestSystem time;

	@Autowired
	private DeadLetterDesk desk;

	@Test
	void shipsAnOrder() {
		this.probes.emit("orders", ORDER);
		assertThat(this.probes.events("ship")).containsExactly(ORDER);
	}

	@Test
	void triesAgainAfterOneAndTwoSeconds() {
		this.probes.failNext("ship", 2, new IOException("no carrier"));
		CompletableFuture<Outcome> shipped = this.probes.deliver("orders", ORDER);
		this.time.advance(Duration.ofMillis(2900));
		assertThat(shipped).isNotDone();
		this.time.advance(Duration.ofMillis(200));
		assertThat(shipped).isCompletedWithValue(Outcome.ACCEPTED);
	}

	@Test
	void keepsWhatIsRejected() {
		this.probes.failNext("ship", 1, new EventRejectedException("there is no such street"));
		this.probes.emit("orders", ORDER);
		assertThat(this.desk).fromStage("ship").hasLetters(1).events().containsExactly(ORDER);
	}

}
// end::test[]
