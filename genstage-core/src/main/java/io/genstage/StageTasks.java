package io.genstage;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.genstage.task.TaskStage;
import org.jspecify.annotations.Nullable;

/**
 * Where the tasks of a stage run, and the messages by which they come back to it.
 */
final class StageTasks implements TaskStage {

	private final StageActor stage;

	StageTasks(StageActor stage) {
		this.stage = stage;
	}

	@Override
	public String name() {
		return this.stage.name();
	}

	@Override
	public boolean hasStopped() {
		return this.stage.hasStopped();
	}

	@Override
	public void execute(@Nullable Executor executor, Runnable work) {
		this.stage.execute((executor != null) ? executor : this.stage.executor(), work);
	}

	@Override
	public void inTurn(Step step) {
		this.stage.self().tell(new StepMessage(step));
	}

	@Override
	public void inTurn(Duration delay, Step step) {
		this.stage.tellLater(delay, new StepMessage(step));
	}

	@Override
	@SuppressWarnings("unchecked") // the question knows the type of its answer
	public <T> CompletionStage<T> ask(Consumer<Consumer<T>> question, Duration timeout) {
		Consumer<Caller> answering = (caller) -> question.accept(caller::reply);
		return (CompletionStage<T>) this.stage.self().call(new Question(answering), timeout);
	}

	@Override
	public void stop(@Nullable Throwable failure) {
		this.stage.stop((failure != null) ? ExitReason.failure(failure) : ExitReason.SHUTDOWN);
	}

	/**
	 * The message to take a step.
	 */
	record StepMessage(Step step) {
	}

	/**
	 * The call for something that only the stage itself may do or know.
	 */
	record Question(Consumer<Caller> answering) {
	}

}
