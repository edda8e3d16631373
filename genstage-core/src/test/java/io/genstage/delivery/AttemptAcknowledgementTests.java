package io.genstage.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.thread.TwoThreads;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a handler says by its acknowledgement, and what becomes of a second word.
 */
class AttemptAcknowledgementTests {

	@RegisterExtension
	final TwoThreads threads = new TwoThreads();

	private final List<Object> heard = new ArrayList<>();

	private final AttemptAcknowledgement.Target target = new AttemptAcknowledgement.Target() {

		@Override
		public void settled(Answer answer, @Nullable SourceHint hint) {
			AttemptAcknowledgementTests.this.heard.add(answer);
			if (hint != null) {
				AttemptAcknowledgementTests.this.heard.add(hint);
			}
		}

		@Override
		public void extended(Duration time) {
			AttemptAcknowledgementTests.this.heard.add(time);
		}

		@Override
		public void late() {
			AttemptAcknowledgementTests.this.heard.add("late");
		}

	};

	private AttemptAcknowledgement acknowledgement;

	@BeforeEach
	void create() {
		this.acknowledgement = new AttemptAcknowledgement(2, this.target);
	}

	@Test
	void knowsItsAttempt() {
		assertThat(this.acknowledgement.attempt()).isEqualTo(2);
		assertThatIllegalArgumentException().isThrownBy(() -> new AttemptAcknowledgement(0, this.target))
			.withMessage("attempt must be >= 1, was 0");
	}

	@Test
	void accepts() {
		assertThat(this.acknowledgement.isSettled()).isFalse();
		assertThat(this.acknowledgement.accept()).isTrue();
		assertThat(this.acknowledgement.isSettled()).isTrue();
		assertThat(this.heard).containsExactly(Answer.ACCEPTED);
	}

	@Test
	void asksForAnotherAttempt() {
		assertThat(this.acknowledgement.retry()).isTrue();
		assertThat(this.heard).containsExactly(Answer.RETRY);
	}

	@Test
	void asksForAnotherAttemptAfterATime() {
		assertThat(this.acknowledgement.retry(Duration.ofSeconds(3))).isTrue();
		assertThat(this.heard).containsExactly(Answer.retry(Duration.ofSeconds(3)));
	}

	@Test
	void staysOpenAfterARefusedTime() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.acknowledgement.retry(Duration.ofSeconds(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.acknowledgement.extend(Duration.ZERO))
			.withMessage("expected a time greater than zero, but got PT0S");
		assertThat(this.acknowledgement.accept()).isTrue();
	}

	@Test
	void rejectsWithACauseOrWithWords() {
		IllegalStateException cause = new IllegalStateException("no");
		this.acknowledgement.reject(cause);
		new AttemptAcknowledgement(1, this.target).reject("not payable");
		assertThat(this.heard).containsExactly(new Answer(Answer.Kind.REJECTED, null, cause, null),
				new Answer(Answer.Kind.REJECTED, "not payable", null, null));
	}

	@Test
	void extendsItsTimeWhileItIsOpen() {
		assertThat(this.acknowledgement.extend(Duration.ofSeconds(9))).isTrue();
		this.acknowledgement.accept();
		assertThat(this.acknowledgement.extend(Duration.ofSeconds(9))).isFalse();
		assertThat(this.heard).containsExactly(Duration.ofSeconds(9), Answer.ACCEPTED, "late");
	}

	@Test
	void handsOnTheLastHintForTheSource() {
		this.acknowledgement.tellSource(SourceHint.requeue());
		this.acknowledgement.tellSource(SourceHint.drop());
		this.acknowledgement.reject("not payable");
		assertThat(this.acknowledgement.tellSource(SourceHint.requeue())).isFalse();
		assertThat(this.heard).containsExactly(Answer.rejected("not payable"), SourceHint.drop(), "late");
	}

	@Test
	void takesOneWordOnly() {
		this.acknowledgement.accept();
		assertThat(this.acknowledgement.accept()).isFalse();
		assertThat(this.acknowledgement.reject("no")).isFalse();
		assertThat(this.acknowledgement.retry()).isFalse();
		assertThat(this.heard).containsExactly(Answer.ACCEPTED, "late", "late", "late");
	}

	@Test
	void takesNoWordForAnAttemptThatIsOver() {
		assertThat(this.acknowledgement.close()).isTrue();
		assertThat(this.acknowledgement.accept()).isFalse();
		assertThat(this.acknowledgement.isSettled()).isTrue();
		assertThat(this.heard).containsExactly("late");
	}

	@Test
	void takesOneWordOfTwoThreads() throws Exception {
		TwoThreads.inManyRounds(() -> {
			AtomicInteger settled = new AtomicInteger();
			AtomicInteger late = new AtomicInteger();
			AttemptAcknowledgement shared = new AttemptAcknowledgement(1, new AttemptAcknowledgement.Target() {

				@Override
				public void settled(Answer answer, @Nullable SourceHint hint) {
					settled.incrementAndGet();
				}

				@Override
				public void extended(Duration time) {
				}

				@Override
				public void late() {
					late.incrementAndGet();
				}

			});
			this.threads.atOnce(shared::accept, shared::retry);
			assertThat(settled).hasValue(1);
			assertThat(late).hasValue(1);
		});
	}

	@Test
	void isNotClosedOnceItHasAnAnswer() {
		this.acknowledgement.accept();
		assertThat(this.acknowledgement.close()).isFalse();
	}

}
