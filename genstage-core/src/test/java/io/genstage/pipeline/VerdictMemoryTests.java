package io.genstage.pipeline;

import io.genstage.pipeline.PipelineVerdict.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a verdict holds.
 */
class VerdictMemoryTests {

	private final VerdictMemory memory = new VerdictMemory();

	private static PipelineVerdict of(Kind kind, String stage, String evidence) {
		return new PipelineVerdict(kind, stage, null, evidence, null);
	}

	@Test
	void believesTheSecondWindow() {
		assertThat(this.memory.take(of(Kind.STAGE, "a", "1"))).isEqualTo(PipelineVerdict.UNKNOWN);
		assertThat(this.memory.take(of(Kind.STAGE, "a", "2"))).isEqualTo(of(Kind.STAGE, "a", "2"));
	}

	@Test
	void keepsAVerdictWhileOthersTakeTurns() {
		this.memory.take(of(Kind.STAGE, "a", "1"));
		this.memory.take(of(Kind.STAGE, "a", "2"));
		assertThat(this.memory.take(of(Kind.STAGE, "b", "3")).stage()).isEqualTo("a");
		assertThat(this.memory.take(of(Kind.SOURCE, "b", "4")).stage()).isEqualTo("a");
		assertThat(this.memory.take(of(Kind.STAGE, "b", "5")).stage()).isEqualTo("a");
		assertThat(this.memory.take(of(Kind.STAGE, "b", "6"))).isEqualTo(of(Kind.STAGE, "b", "6"));
	}

	@Test
	void hasTheEvidenceOfTheLastWindow() {
		this.memory.take(of(Kind.STAGE, "a", "1"));
		this.memory.take(of(Kind.STAGE, "a", "2"));
		assertThat(this.memory.take(of(Kind.STAGE, "a", "3")).evidence()).isEqualTo("3");
	}

	@Test
	void believesAFactAtOnceAndForgetsItAtOnce() {
		this.memory.take(of(Kind.STAGE, "a", "1"));
		this.memory.take(of(Kind.STAGE, "a", "2"));
		assertThat(this.memory.take(of(Kind.PAUSED, "b", "3")).kind()).isEqualTo(Kind.PAUSED);
		assertThat(this.memory.take(of(Kind.STAGE, "a", "4"))).isEqualTo(PipelineVerdict.UNKNOWN);
		assertThat(this.memory.take(of(Kind.STAGE, "a", "5")).kind()).isEqualTo(Kind.STAGE);
	}

}
