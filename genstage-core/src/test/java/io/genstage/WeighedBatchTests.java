package io.genstage;

import java.util.ArrayList;
import java.util.List;

import io.genstage.batch.Batch;
import io.genstage.batch.BatchClosing;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Batches that are closed by what their events weigh: here as much as they are long.
 */
class WeighedBatchTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final List<List<String>> batches = new ArrayList<>();

	private final Batching<String> batching = Batching
		.<String>byKey((event) -> event.charAt(0), BatchOptions.defaults().withSize(6))
		.withWeight((event) -> event.equals("bad") ? -1 : event.length(), 10);

	private StageRef stage;

	private static BatchClosing closing(List<String> batch) {
		return Batch.of(batch).closing();
	}

	@BeforeEach
	void start() {
		ConsumerStage<String> consumer = (events, from) -> this.batches.add(events);
		this.stage = this.dialogue.start("s", consumer, StageOptions.defaults().withBatching(this.batching));
		Dialogue.subscribe(this.stage, this.p.ref(), 20, 0);
	}

	@Test
	void areClosedBeforeAnEventByWhichTheyWouldWeighTooMuch() {
		this.p.send("aaaa", "aaaaa", "aa");
		assertThat(this.batches).singleElement().satisfies((batch) -> {
			assertThat(batch).containsExactly("aaaa", "aaaaa");
			assertThat(closing(batch)).isEqualTo(BatchClosing.WEIGHT);
		});
		assertThat(this.stage.status().held()).isOne();
	}

	@Test
	void areClosedWhenTheyWeighAsMuchAsTheyMay() {
		this.p.send("aaaa", "aaaaaa");
		assertThat(this.batches).containsExactly(List.of("aaaa", "aaaaaa"));
		assertThat(closing(this.batches.get(0))).isEqualTo(BatchClosing.WEIGHT);
	}

	@Test
	void holdAnEventThatWeighsMoreAlone() {
		this.p.send("a", "aaaaaaaaaaaa", "a");
		assertThat(this.batches).containsExactly(List.of("a"), List.of("aaaaaaaaaaaa"));
		assertThat(this.stage.status().held()).isOne();
	}

	@Test
	void areClosedBySizeTooAndForEachKey() {
		this.p.send("a", "b", "a", "b", "a", "b", "a", "b", "a", "bbbbbbb", "a");
		assertThat(this.batches).containsExactly(List.of("b", "b", "b", "b"), List.of("a", "a", "a", "a", "a", "a"));
		assertThat(closing(this.batches.get(1))).isEqualTo(BatchClosing.SIZE);
	}

	@Test
	void weighWhatIsLeftWhenTheirSizeIsLowered() {
		this.p.send("aaaa", "a", "a", "a");
		this.batching.change(this.batching.options().withSize(3));
		assertThat(this.batches).containsExactly(List.of("aaaa", "a", "a"));
		// One is left, and nine more weigh ten.
		this.p.send("aaaaaaaaa");
		assertThat(this.batches).hasSize(2).last().isEqualTo(List.of("a", "aaaaaaaaa"));
	}

	@Test
	void doWithoutEventsWhoseWeightCantBeUsed() {
		this.p.send("bad", "aaaaaaaaaa");
		assertThat(this.batches).containsExactly(List.of("aaaaaaaaaa"));
		assertThat(this.stage.status().discarded()).isOne();
		assertThat(this.stage.status().held()).isZero();
	}

	@Test
	void needALimit() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.batching.withWeight(String::length, 0))
			.withMessageContaining("maxWeight must be >= 1, was 0");
	}

}
