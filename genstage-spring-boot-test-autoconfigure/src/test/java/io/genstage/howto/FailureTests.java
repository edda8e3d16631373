package io.genstage.howto;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.test.StageProbes;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * From a failure to a replay.
 */
@GenStageTest(value = { OrderQueue.class, Booking.class },
		properties = "spring.config.location=classpath:/io/genstage/howto/dead-letters.yml")
class FailureTests {

	private static final Order ORDER = new Order(1, "Ann", 3);

	@Autowired
	private StageProbes probes;

	@Autowired
	private DeadLetterDesk desk;

	@Autowired
	private Booking booking;

	@Test
	void becomesADeadLetterThatIsReplayed() {
		this.booking.customers.remove("Ann");
		this.probes.emit("orders", ORDER);
		assertThat(this.desk).fromStage("book").hasLetters(1).events().containsExactly(ORDER);
		this.booking.customers.add("Ann");
		assertThat(this.booking.replay().accepted()).isOne();
		assertThat(this.desk).hasNoLetters();
		assertThat(this.probes.events("book")).containsExactly(ORDER);
	}

	@Test
	void isSkippedIfTheBeanSaysSo() {
		this.probes.emit("orders", new Order(2, "Bob", 0));
		assertThat(this.desk).hasNoLetters();
	}

}
