package io.genstage.howto;

import java.time.Duration;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The order of events of a key.
 */
@GenStageTest(value = Shipping.class, properties = "spring.config.location=classpath:/io/genstage/howto/key-order.yml")
class KeyOrderTests {

	private static final Order FIRST = new Order(1, "Ann", 3);

	private static final Order OTHER = new Order(2, "Bob", 1);

	private static final Order SECOND = new Order(3, "Ann", 1);

	@Autowired
	private StageProbes probes;

	@Autowired
	private TestSystem time;

	@Test
	void isKeptWhileOneOfThemIsTriedAgain() {
		this.probes.failNext("ship", 1, new IllegalStateException("no carrier"));
		this.probes.emit("orders", FIRST);
		this.probes.emit("orders", OTHER);
		this.probes.emit("orders", SECOND);
		assertThat(this.probes.events("ship")).containsExactly(OTHER);
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.probes.events("ship")).containsExactly(OTHER, FIRST, SECOND);
	}

}
