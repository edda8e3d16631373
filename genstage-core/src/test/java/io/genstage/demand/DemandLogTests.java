package io.genstage.demand;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DemandLogTests {

	private final DemandLog<String> log = new DemandLog<>();

	@Test
	void returnsEntriesAsTheyCame() {
		this.log.addDemand(2);
		this.log.addEmission(List.of("a"));
		this.log.addDemand(1);
		assertThat(this.log.poll()).isEqualTo(new DemandLog.Demand<>(2));
		assertThat(this.log.poll()).isEqualTo(new DemandLog.Emission<>(List.of("a")));
		assertThat(this.log.poll()).isEqualTo(new DemandLog.Demand<>(1));
		assertThat(this.log.poll()).isNull();
	}

	@Test
	void neverMergesEntries() { // G23
		this.log.addDemand(2);
		this.log.addDemand(2);
		this.log.addEmission(List.of("a"));
		this.log.addEmission(List.of("b"));
		assertThat(this.log.poll()).isEqualTo(new DemandLog.Demand<>(2));
		assertThat(this.log.poll()).isEqualTo(new DemandLog.Demand<>(2));
		assertThat(this.log.poll()).isEqualTo(new DemandLog.Emission<>(List.of("a")));
		assertThat(this.log.poll()).isEqualTo(new DemandLog.Emission<>(List.of("b")));
	}

	@Test
	void countsItsEvents() {
		assertThat(this.log.poll()).isNull();
		this.log.addEmission(List.of("a", "b"));
		this.log.addDemand(5);
		this.log.addEmission(List.of("c"));
		assertThat(this.log.events()).isEqualTo(3);
		this.log.poll();
		assertThat(this.log.events()).isEqualTo(1);
		this.log.poll();
		assertThat(this.log.events()).isEqualTo(1);
		this.log.poll();
		assertThat(this.log.events()).isZero();
		assertThat(this.log.poll()).isNull();
	}

}
