package io.genstage.benchmarks.ours;

import io.genstage.benchmarks.workload.Workload;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AnnotatedRunTests {

	@Test
	void isMeteredByTheApplication() throws Exception {
		try (AnnotatedRun run = AnnotatedRun.ofLists(Workload.CHAIN)) {
			run.sum(3000);
			FunctionCounter emitted = run.application()
				.getBean(MeterRegistry.class)
				.get("genstage.events.out")
				.tag("stage", "mapper3")
				.functionCounter();
			assertThat(emitted.count()).isEqualTo(3000);
		}
	}

}
