package io.genstage.failure;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OutageTests {

	private final Outage outage = new Outage(new OutageGuard(3, Duration.ofSeconds(30)));

	private boolean failed(Object... events) {
		return this.outage.failed(List.of(events), new IllegalStateException());
	}

	@Test
	void beginsWhenDifferentEventsHaveFailedAlike() {
		assertThat(failed("a")).isFalse();
		assertThat(failed("a")).as("the same").isFalse();
		assertThat(failed("b")).isFalse();
		assertThat(this.outage.isOpen()).isFalse();
		assertThat(failed("c")).isTrue();
		assertThat(failed("d")).as("it has begun").isFalse();
		assertThat(this.outage.isOpen()).isTrue();
	}

	@Test
	void countsAListAsOneFailure() {
		assertThat(failed("a", "b", "c", "d")).isFalse();
		assertThat(failed("e", "f", "g", "h")).isFalse();
		assertThat(failed("i")).isTrue();
	}

	@Test
	void countsNoEventAgainThatHasFailedAmongOthers() {
		assertThat(failed("a", "b", "c", "d")).isFalse();
		assertThat(failed("a")).isFalse();
		assertThat(failed("b")).isFalse();
		assertThat(failed("c", "d")).isFalse();
		assertThat(failed("d", "e")).isFalse();
		assertThat(failed("f")).isTrue();
	}

	@Test
	void beginsToCountAnewBehindASuccessAndAtAnotherFailure() {
		failed("a");
		failed("b");
		this.outage.succeeded();
		assertThat(failed("c")).isFalse();
		assertThat(failed("d")).isFalse();
		assertThat(this.outage.failed(List.of("e"), new IllegalArgumentException())).isFalse();
		assertThat(failed("f")).isFalse();
		assertThat(failed("g")).isFalse();
		assertThat(failed("f")).isFalse();
		assertThat(failed("h")).isTrue();
	}

}
