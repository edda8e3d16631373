package io.genstage.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.genstage.benchmarks.workload.Lines;
import io.genstage.benchmarks.workload.Trips;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every contender has to do with a line, however fast.
 */
@Timeout(60)
class LineContenderTests {

	@ParameterizedTest
	@MethodSource("contenders")
	void handsEachEventThroughAllStages(LineContender contender) throws Exception {
		try (Lines lines = contender.open()) {
			BlockingQueue<Long> arrived = new LinkedBlockingQueue<>();
			Consumer<Long> shortLine = lines.start(2, arrived::add);
			Consumer<Long> longLine = lines.start(6, arrived::add);
			for (long event = 0; event < 20; event++) {
				shortLine.accept(event);
				assertThat(arrived.poll(30, TimeUnit.SECONDS)).isEqualTo(event + 1);
			}
			longLine.accept(4L);
			assertThat(arrived.poll(30, TimeUnit.SECONDS)).isEqualTo(9);
		}
	}

	@ParameterizedTest
	@MethodSource("contenders")
	void takesTheTimeOfEachTrip(LineContender contender) throws Exception {
		try (Lines lines = contender.open()) {
			Trips trips = new Trips(lines, 3);
			assertThat(trips.atOnce(2000).percentile(100)).isPositive();
			assertThat(trips.afterIdleness(Duration.ofMillis(1), 3).percentile(100)).isPositive();
		}
	}

	static Stream<LineContender> contenders() {
		return Arrays.stream(LineContender.values()).filter(LineContender::isSupported);
	}

}
