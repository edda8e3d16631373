package io.genstage.pipeline;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;

import io.genstage.StageSystem;
import io.genstage.demand.FieldHandle;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a pipeline at intervals, as long as somebody wants to know what it sees, and
 * remembers the last look only. Nobody who asks waits for a look.
 */
final class Lookout {

	/*
	 * One look follows the other, so that all but the flag is used by one thread at a
	 * time. Whoever sets the flag goes first; it is taken back by the last look.
	 */

	private static final System.Logger logger = StageLog.of(Lookout.class);

	private static final VarHandle LOOKING = FieldHandle.of(MethodHandles.lookup(), "looking", boolean.class);

	/** How long to go on when nobody has asked; monitors ask every minute or so. */
	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private final Pipeline pipeline;

	private final StageSystem system;

	private final TimeKeeping keeping;

	private volatile boolean looking;

	private volatile long lastAsked;

	private volatile @Nullable PipelineWindow window;

	private @Nullable PipelineSnapshot last;

	private VerdictMemory memory = new VerdictMemory();

	Lookout(Pipeline pipeline, StageSystem system, TimeKeeping keeping) {
		this.pipeline = pipeline;
		this.system = system;
		this.keeping = keeping;
	}

	/** Returns what was seen last, and goes on to look. Any thread may ask. */
	Optional<PipelineWindow> window() {
		this.lastAsked = this.system.scheduler().nanoTime();
		if (this.keeping.accounts() && !this.looking && LOOKING.compareAndSet(this, false, true)) {
			beginToLook();
		}
		return Optional.ofNullable(this.window);
	}

	/** On another thread, since whoever asks must not wait for a change that goes on. */
	private void beginToLook() {
		this.memory = new VerdictMemory();
		this.last = null;
		try {
			lookIn(Duration.ZERO);
		}
		catch (RuntimeException ex) {
			logger.log(Level.DEBUG, () -> "looks at %s have ended".formatted(this.pipeline), ex);
			this.looking = false;
		}
	}

	private void look() {
		try {
			see();
		}
		catch (RuntimeException ex) {
			// A stage of the application doesn't say what it keeps.
			logger.log(Level.DEBUG, () -> "%s could not be looked at".formatted(this.pipeline), ex);
			this.last = null;
			this.window = null;
		}
		if (isWanted()) {
			lookIn(this.keeping.interval());
		}
		else {
			this.window = null;
			this.looking = false;
		}
	}

	private void lookIn(Duration delay) {
		this.system.scheduler().schedule(delay, () -> this.system.executor().execute(this::look));
	}

	private boolean isWanted() {
		return this.system.scheduler().nanoTime() - this.lastAsked < PATIENCE.toNanos() && this.pipeline.isAlive();
	}

	private void see() {
		PipelineSnapshot before = this.last;
		PipelineSnapshot now = PipelineSnapshot.of(this.pipeline, this.system.scheduler().nanoTime());
		if (before != null && now.at() - before.at() > 0) {
			PipelineVerdict latest = new Judgement(before, now, this.memory.current()).verdict();
			this.window = now.since(before, this.memory.take(latest));
		}
		this.last = now;
	}

}
