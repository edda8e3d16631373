package io.genstage.demand;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DemandWindowTests {

	@ParameterizedTest(name = "{0}/{1}: messages of {2}")
	@CsvSource(delimiter = '|', textBlock = """
			# max | min | messages      | batches         | asks            | outstanding
			1000  | 500 | 1000          | 500 500         | 500 500         | 1000
			100   | 80  | 100           | 20 20 20 20 20  | 20 20 20 20 20  | 100
			100   | 20  | 100           | 80 20           | 80 -            | 80
			100   | 20  | 100, 80       | 80 20, 80       | 80 -, 100       | 80, 100
			1     | 0   | 1             | 1               | 1               | 1
			2     | 1   | 1             | 1               | 1               | 2
			10    | 7   | 1, 1, 1       | 1, 1, 1         | -, -, 3         | 9, 8, 10
			10    | 7   | 2, 2          | 2, 2            | -, 4            | 8, 10
			10    | 7   | 7             | 3 3 1           | 3 3 -           | 9
			10    | 7   | 7, 3          | 3 3 1, 3        | 3 3 -, 4        | 9, 10
			1000  | 750 | 100, 100, 100 | 100, 100, 100   | -, -, 300       | 900, 800, 1000
			10    | 5   | 17            | 5 5 5 2         | 5 5 - -         | 10
			""")
	void cutsMessagesAndAsksAgainAtTheLowMark(int max, int min, String messages, String batches, String asks,
			String outstanding) {
		DemandWindow window = window(max, min);
		List<String> cut = new ArrayList<>();
		List<String> asked = new ArrayList<>();
		List<String> after = new ArrayList<>();
		for (String message : messages.split(", ")) {
			List<String> cutOfMessage = new ArrayList<>();
			List<String> askedInMessage = new ArrayList<>();
			int events = Integer.parseInt(message);
			window.receive(events);
			for (int handled = 0; handled < events; handled += window.batchSize()) {
				int batch = Math.min(window.batchSize(), events - handled);
				int ask = window.replenish(batch);
				cutOfMessage.add(String.valueOf(batch));
				askedInMessage.add((ask > 0) ? String.valueOf(ask) : "-");
			}
			cut.add(String.join(" ", cutOfMessage));
			asked.add(String.join(" ", askedInMessage));
			after.add(String.valueOf(window.outstanding()));
		}
		assertThat(String.join(", ", cut)).isEqualTo(batches);
		assertThat(String.join(", ", asked)).isEqualTo(asks);
		assertThat(String.join(", ", after)).isEqualTo(outstanding);
	}

	@Test
	void startsWithTheMaximumOutstanding() {
		assertThat(window(4, 2).outstanding()).isEqualTo(4);
	}

	@Test
	void tellsHowManyEventsNobodyAskedFor() {
		DemandWindow window = window(10, 5);
		assertThat(window.receive(10)).isZero();
		assertThat(window.receive(17)).isEqualTo(7);
	}

	@Test
	@DisplayName("an ask that the first batch of a message leads to does not pay for its later batches")
	void doesNotPayForLaterBatchesOfTheSameMessage() {
		DemandWindow window = window(2, 0);
		assertThat(window.receive(4)).isEqualTo(2);
		assertThat(window.replenish(2)).isEqualTo(2);
		assertThat(window.replenish(2)).isZero();
		assertThat(window.outstanding()).isEqualTo(2);
	}

	private static DemandWindow window(int max, int min) {
		return new DemandWindow(max, min);
	}

}
