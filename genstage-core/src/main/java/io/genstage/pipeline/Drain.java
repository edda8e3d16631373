package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.ExitReason;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The orderly end of a pipeline, from the moment when it begins to drain until that is
 * reported. First its sources take in nothing from outside, then, when no stage has
 * anything in hand that could come to one, nothing at all. Used under the pipeline's
 * lock.
 */
final class Drain {

	/** How often to look who ends the JVM, while that is under way. */
	private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

	private final String pipeline;

	private final Stages stages;

	private final StageScheduler scheduler;

	private final PipelineLock lock;

	private final ChangePublisher changes;

	private final List<StageDrain> drains = new ArrayList<>();

	private final CompletableFuture<DrainReport> reported = new CompletableFuture<>();

	private long began;

	private Duration endsAfter = Duration.ZERO;

	private StageScheduler.@Nullable Timer deadline;

	private boolean announced;

	private boolean closing;

	/** The sources that are still open to what is outside. */
	private final Set<String> openToOutside = new HashSet<>();

	private @Nullable DrainReport report;

	Drain(String pipeline, Stages stages, StageScheduler scheduler, PipelineLock lock, ChangePublisher changes) {
		this.pipeline = pipeline;
		this.stages = stages;
		this.scheduler = scheduler;
		this.lock = lock;
		this.changes = changes;
	}

	/** Announces that it is going to begin. */
	void announce() {
		this.announced = true;
	}

	boolean isAnnounced() {
		return this.announced;
	}

	boolean isBegun() {
		return this.deadline != null;
	}

	/** Leaves sources open to what is outside. */
	void leaveOpen(Set<String> sources) {
		this.openToOutside.addAll(sources);
	}

	void closeToOutside(String source) {
		this.openToOutside.remove(source);
	}

	boolean isOpenToOutside(String source) {
		return this.openToOutside.contains(source);
	}

	/** Begins; if it has begun before, only the deadline may become an earlier one. */
	void begin(Duration timeout) {
		if (!isBegun()) {
			this.began = this.scheduler.nanoTime();
			this.stages.all().stream().map(StageDrain::new).forEach(this.drains::add);
			setDeadline(timeout);
			if (isJvmEnding()) {
				leaveThoseThatEndTheJvm();
			}
		}
		else if (this.report == null && passed().plus(timeout).compareTo(this.endsAfter) < 0) {
			Objects.requireNonNull(this.deadline).cancel();
			if (timeout.isZero()) {
				giveUp();
			}
			else {
				setDeadline(timeout);
			}
		}
	}

	private void setDeadline(Duration timeout) {
		this.endsAfter = passed().plus(timeout);
		this.deadline = this.scheduler.schedule(timeout, () -> this.lock.run(this::giveUp));
	}

	private static boolean isJvmEnding() {
		Thread hook = new Thread(() -> {
		});
		try {
			Runtime.getRuntime().addShutdownHook(hook);
			return !Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			return true;
		}
	}

	/**
	 * A callback that has called {@code System.exit} never returns: that waits for the
	 * shutdown hooks, and one of these waits for this drain.
	 */
	private void leaveThoseThatEndTheJvm() {
		if (this.report == null) {
			this.stages.instances().stream().filter(Instance::isEndingJvm).forEach((one) -> one.abandon(this.lock));
			this.scheduler.schedule(LOOK_AGAIN, () -> this.lock.run(this::leaveThoseThatEndTheJvm));
		}
	}

	/** Lets the sources take in nothing at all. */
	void close() {
		this.closing = true;
	}

	boolean isClosing() {
		return this.closing;
	}

	/** Reports what is left, and ends what still runs. */
	void giveUp() {
		if (this.report == null) {
			makeReport(true);
			this.stages.instances().forEach((instance) -> instance.giveUp(ExitReason.shutdown("not drained in time")));
		}
	}

	/** Called after each change of the pipeline. */
	void advance() {
		if (this.deadline != null && this.report == null) {
			Duration passed = passed();
			this.drains.forEach((drain) -> drain.noteEnd(passed));
			if (!this.stages.isAnyAlive()) {
				this.deadline.cancel();
				makeReport(false);
			}
		}
	}

	private Duration passed() {
		return Duration.ofNanos(this.scheduler.nanoTime() - this.began);
	}

	private void makeReport(boolean atDeadline) {
		Duration passed = passed();
		DrainReport made = new DrainReport(this.pipeline,
				this.drains.stream().map((drain) -> drain.outcome(passed, atDeadline)).toList());
		this.report = made;
		this.changes.tellDrained(made, passed);
		this.lock.tell(() -> this.reported.complete(made));
	}

	/** Returns what became of the events under way, once that is known. */
	Optional<DrainReport> report() {
		return Optional.ofNullable(this.report);
	}

	CompletionStage<DrainReport> whenReported() {
		return this.reported.minimalCompletionStage();
	}

}
