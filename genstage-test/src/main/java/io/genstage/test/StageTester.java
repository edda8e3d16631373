package io.genstage.test;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

import io.genstage.ExitReason;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * Runs one stage alone, with the engine that runs it in production, and pretends to be
 * its neighbours.
 * <p>
 * Everything happens on the test's thread: when a method returns, the stage has done all
 * that it could do, so a test neither waits nor sleeps. Its time stands still until the
 * test {@linkplain #advance lets it pass}. Not to be used by several threads.
 *
 * @see ProducerTester
 * @see ProducerConsumerTester
 * @see ConsumerTester
 */
public abstract sealed class StageTester implements AutoCloseable
		permits ProducerTester, ProducerConsumerTester, ConsumerTester {

	private static final Duration PATIENCE = Duration.ofDays(1);

	private final TestSystem system = new TestSystem();

	private final StageRef stage;

	StageTester(Stage stage, StageOptions options) {
		this.stage = this.system.stages().start("tested stage", stage, options);
	}

	final TestSystem system() {
		return this.system;
	}

	/**
	 * Returns the handle of the stage, to be given to what sends it messages. What is
	 * sent by it is handled at the next call of this tester.
	 * @return the stage
	 */
	public final StageRef stage() {
		return this.stage;
	}

	/**
	 * Sends the stage a message, which its {@code onInfo} handles.
	 * @param message the message
	 */
	public final void tell(Object message) {
		this.stage.tell(message);
		this.system.run();
	}

	/**
	 * Asks the stage something, which its {@code onCall} answers at once.
	 * @param request the question
	 * @return the answer
	 * @throws IllegalStateException if it doesn't answer at once, or by a failure, which
	 * is the cause
	 */
	public final @Nullable Object call(Object request) {
		var answer = this.stage.call(request, PATIENCE).toCompletableFuture();
		this.system.run();
		if (!answer.isDone()) {
			throw new IllegalStateException("the stage has not answered '%s'".formatted(request));
		}
		try {
			return answer.join();
		}
		catch (CompletionException ex) {
			throw new IllegalStateException("the stage has failed to answer '%s'".formatted(request), ex.getCause());
		}
	}

	/**
	 * Lets time pass, with all that the stage has scheduled within it.
	 * @param time how much time, not negative
	 */
	public final void advance(Duration time) {
		this.system.advance(time);
	}

	/**
	 * Lets the stage handle the batches that it has open, without waiting until they are
	 * full or their time is over.
	 */
	public final void flush() {
		this.stage.flush();
		this.system.run();
	}

	/**
	 * Lets the stage do what others have sent it by its {@linkplain #stage() handle},
	 * such as threads that it has started.
	 */
	public final void run() {
		this.system.run();
	}

	/**
	 * Returns why the stage has stopped.
	 * @return the reason, or nothing while it runs
	 */
	public final Optional<ExitReason> exit() {
		return Optional.ofNullable(status().exit());
	}

	/**
	 * Returns what a callback of the stage has thrown.
	 * @return the failure, or nothing if the stage runs or has stopped otherwise
	 */
	public final Optional<Throwable> failure() {
		return exit().filter(ExitReason.Failure.class::isInstance)
			.map(ExitReason.Failure.class::cast)
			.map(ExitReason.Failure::cause);
	}

	/**
	 * Returns the state and numbers of the stage.
	 * @return the status, such as how many events it has handled and lost
	 */
	public final StageStatus status() {
		return this.stage.status();
	}

	/**
	 * Stops the stage, whose {@code onStop} gets {@link ExitReason#SHUTDOWN} if it still
	 * runs.
	 */
	@Override
	public final void close() {
		this.system.close();
	}

}
