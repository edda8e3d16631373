package io.genstage.benchmarks.ours;

import java.util.concurrent.atomic.AtomicLong;

import io.genstage.benchmarks.workload.DispatcherKind;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FanTests {

	@ParameterizedTest
	@CsvSource({ "DEMAND,1,1,45", "DEMAND,3,4,45", "BROADCAST,3,4,135", "PARTITION,3,1000,45", "PARTITION,64,10,45" })
	@Timeout(60)
	void deliversEachEventOfEachRun(DispatcherKind dispatcher, int consumers, int maxDemand, long sum)
			throws Exception {
		AtomicLong next = new AtomicLong();
		AtomicLong handled = new AtomicLong();
		try (Fan fan = new Fan(dispatcher, consumers, maxDemand, next::getAndIncrement, handled::addAndGet)) {
			assertThat(fan.sum(10)).isEqualTo(sum);
			assertThat(handled).hasValue(sum);
			next.set(0);
			assertThat(fan.sum(10)).as("a second run").isEqualTo(sum);
		}
	}

}
