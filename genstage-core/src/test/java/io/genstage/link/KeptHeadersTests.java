package io.genstage.link;

import java.time.Duration;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KeptHeadersTests {

	private static final Map<String, String> ONE = Map.of("id", "1");

	private static final Map<String, String> TWO = Map.of("id", "2");

	private final KeptHeaders kept = new KeptHeaders();

	@Test
	void tellsEqualEventsApart() {
		String event = new String("a");
		this.kept.keep(event, ONE);
		assertThat(this.kept.take(new String("a"))).isNull();
		assertThat(this.kept.take(event)).isEqualTo(ONE);
		assertThat(this.kept.take(event)).isNull();
		assertThat(this.kept.size()).isZero();
	}

	@Test
	void keepsThoseOfEachMessageOfAnObject() {
		this.kept.keep("a", ONE);
		this.kept.keep("a", TWO);
		assertThat(this.kept.take("a")).isEqualTo(ONE);
		assertThat(this.kept.take("a")).isEqualTo(TWO);
		assertThat(this.kept.take("a")).isNull();
	}

	@Test
	void keepsNothingOfEventsThatAreGone() {
		for (int number = 0; number < 100; number++) {
			this.kept.keep(new byte[10], ONE);
		}
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
			System.gc();
			return this.kept.size() == 0;
		});
	}

}
