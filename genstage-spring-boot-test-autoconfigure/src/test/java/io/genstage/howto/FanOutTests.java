package io.genstage.howto;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.test.StageProbes;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each event to several stages.
 */
@GenStageTest(value = Departments.class, properties = "spring.config.location=classpath:/io/genstage/howto/fan-out.yml")
class FanOutTests {

	private static final Order SMALL = new Order(1, "Ann", 3);

	private static final Order LARGE = new Order(2, "Bob", 300);

	@Autowired
	private StageProbes probes;

	@Test
	void givesEachOrderToAllThatSelectIt() {
		this.probes.emit("orders", SMALL, LARGE);
		assertThat(this.probes.events("bill")).containsExactly(SMALL, LARGE);
		assertThat(this.probes.events("mail")).containsExactly(SMALL, LARGE);
		assertThat(this.probes.events("check")).containsExactly(LARGE);
	}

	@Test
	void triesAgainAtOneStageOnly() {
		this.probes.failNext("mail", 1, new IllegalStateException("no mail server"));
		this.probes.emit("orders", SMALL);
		assertThat(this.probes.events("bill")).containsExactly(SMALL);
		assertThat(this.probes.events("mail")).isEmpty();
	}

}
