package io.genstage.log;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * What becomes of a report, whatever is wrong with what it is about.
 */
class StageLogTests {

	private final Recorder recorder = new Recorder();

	private final System.Logger logger = new SafeLogger("log", () -> (name) -> this.recorder);

	@Nested
	class AThrowable {

		@Test
		void isLoggedItselfIfThatIsPossible() {
			Throwable thrown = new IllegalStateException("no", new RuntimeException("cause"));
			thrown.addSuppressed(thrown.getCause());
			log(thrown);
			assertThat(StageLogTests.this.recorder.thrown()).isSameAs(thrown);
		}

		@ParameterizedTest
		@MethodSource("io.genstage.log.StageLogTests#malicious")
		void isReplacedByItsClassAndStackOtherwise(Throwable thrown) {
			log(thrown);
			assertThat(StageLogTests.this.recorder.texts).containsExactly("ERROR stage 'a' has failed");
			Throwable logged = StageLogTests.this.recorder.thrown();
			assertThat(logged.toString()).contains(thrown.getClass().getName()).hasSizeLessThan(20_000);
			assertThat(logged.getStackTrace()).isNotEmpty();
			assertThat(logged.getStackTrace()[0].getClassName()).startsWith(StageLogTests.class.getName());
		}

		@Test
		void keepsTheCausesThatCanBeLogged() {
			log(new Mute(new IllegalArgumentException("the cause")));
			assertThat(StageLogTests.this.recorder.thrown().getCause())
				.hasToString("java.lang.IllegalArgumentException: the cause");
		}

		@Test
		void isReplacedForACauseOrASuppressedOne() {
			Throwable thrown = new IllegalStateException("no", new Mute(null));
			thrown.addSuppressed(new Mute(null));
			log(thrown);
			Throwable logged = StageLogTests.this.recorder.thrown();
			assertThat(logged).hasToString("java.lang.IllegalStateException: no");
			assertThat(logged.getCause()).hasToString(Mute.TEXT);
			assertThat(logged.getSuppressed()).hasSize(1)
				.allSatisfy((other) -> assertThat(other).hasToString(Mute.TEXT));
		}

		@Test
		void isReplacedIfItsCausesHaveNoEnd() {
			Throwable thrown = new IllegalStateException("innermost");
			for (int i = 0; i < 5000; i++) {
				thrown = new IllegalStateException("no", thrown);
			}
			log(thrown);
			assertThat(Stream.iterate(StageLogTests.this.recorder.thrown(), (it) -> it != null, Throwable::getCause))
				.hasSizeBetween(10, 100);
		}

	}

	@Nested
	class AMessage {

		@Test
		void isReportedThoughItCanNotBeMade() {
			Supplier<String> message = () -> {
				throw new IllegalStateException("oops");
			};
			StageLogTests.this.logger.log(System.Logger.Level.ERROR, message, new IllegalArgumentException("no"));
			assertThat(StageLogTests.this.recorder.texts)
				.containsExactly("ERROR (a report can't be made: java.lang.IllegalStateException)");
			assertThat(StageLogTests.this.recorder.thrown()).isInstanceOf(IllegalArgumentException.class);
		}

		@Test
		void isReportedAloneIfTheLogCanNotTakeTheThrowable() {
			StageLogTests.this.recorder.refusing = true;
			log(new IllegalStateException("no"));
			assertThat(StageLogTests.this.recorder.texts).containsExactly(
					"ERROR stage 'a' has failed (java.lang.IllegalStateException, which the log can't take: "
							+ "java.lang.UnsupportedOperationException)");
		}

		@Test
		void isLostWithALogThatIsBroken() {
			StageLogTests.this.recorder.broken = true;
			assertThatCode(() -> log(new IllegalStateException("no"))).doesNotThrowAnyException();
		}

	}

	@Nested
	class AReason {

		@ParameterizedTest
		@MethodSource("io.genstage.log.StageLogTests#malicious")
		void hasATextOfOneLineWhateverItsCause(Throwable thrown) {
			assertThat(ExitReason.failure(thrown).toString()).startsWith("failure (")
				.contains(thrown.getClass().getName())
				.hasSizeLessThan(1100);
		}

		@Test
		void hasATextOfOneLineWhateverItsValue() {
			assertThat(ExitReason.of(new Object() {

				@Override
				public String toString() {
					throw new IllegalStateException("oops");
				}

			}).toString()).contains(StageLogTests.class.getName());
			assertThat(ExitReason.of("a\nb")).hasToString("a\\u000ab");
		}

	}

	/**
	 * A stage whose failure can't be printed still fails as any other: the backend of the
	 * JVM prints it where it is logged.
	 */
	@ParameterizedTest
	@MethodSource("malicious")
	void stopsAStageInOrderThatFailsWithIt(Throwable thrown) {
		try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
			List<ExitReason> stops = new ArrayList<>();
			StageRef stage = system.start("failing", new ConsumerStage<Integer>() {

				@Override
				public void handleEvents(List<Integer> events, Subscription from) {
				}

				@Override
				public void onInfo(Object message) {
					sneak(thrown);
				}

				@Override
				public void onStop(ExitReason reason) {
					stops.add(reason);
				}

			});
			assertThatCode(() -> stage.tell("fail")).doesNotThrowAnyException();
			assertThat(stops).containsExactly(ExitReason.failure(thrown));
			assertThat(stage.status().exit()).isEqualTo(ExitReason.failure(thrown));
		}
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneak(Throwable thrown) throws T {
		throw (T) thrown;
	}

	static Stream<Throwable> malicious() {
		return Stream.of(new Mute(null), new Fatal(), new Tracing(), new Endless(), new Recursive());
	}

	private void log(Throwable thrown) {
		this.logger.log(System.Logger.Level.ERROR, () -> "stage 'a' has failed", thrown);
	}

	/**
	 * Has no text.
	 */
	private static final class Mute extends RuntimeException {

		static final String TEXT = Mute.class.getName() + " (whose text can't be had: java.lang.IllegalStateException)";

		private static final long serialVersionUID = 1L;

		Mute(@Nullable Throwable cause) {
			super("mute", cause);
		}

		@Override
		public String getMessage() {
			throw new IllegalStateException("no text");
		}

	}

	/**
	 * Fails with an error.
	 */
	private static final class Fatal extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String toString() {
			throw new AssertionError("no text");
		}

	}

	/**
	 * Has a cause that nobody can ask for.
	 */
	private static final class Tracing extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public Throwable getCause() {
			throw new IllegalStateException("no cause");
		}

	}

	/**
	 * Has more text than anybody reads.
	 */
	private static final class Endless extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			return "x".repeat(5_000_000);
		}

	}

	/**
	 * Never comes to an end of its text.
	 */
	private static final class Recursive extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			return toString();
		}

	}

	/**
	 * Keeps what it is to log.
	 */
	private static final class Recorder implements System.Logger {

		private final List<String> texts = new ArrayList<>();

		private @Nullable Throwable thrown;

		private boolean refusing;

		private boolean broken;

		Throwable thrown() {
			assertThat(this.thrown).isNotNull();
			return this.thrown;
		}

		@Override
		public String getName() {
			return "recorder";
		}

		@Override
		public boolean isLoggable(Level level) {
			return true;
		}

		@Override
		public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String message,
				@Nullable Throwable thrown) {
			if (this.broken || (this.refusing && thrown != null)) {
				throw new UnsupportedOperationException();
			}
			this.texts.add(level + " " + message);
			this.thrown = thrown;
		}

		@Override
		public void log(Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
			if (this.broken) {
				throw new UnsupportedOperationException();
			}
			this.texts.add(level + " " + format);
		}

	}

}
