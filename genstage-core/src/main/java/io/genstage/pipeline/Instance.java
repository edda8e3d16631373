package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.genstage.DemandMode;
import io.genstage.EventCounts;
import io.genstage.ExitReason;
import io.genstage.Place;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import io.genstage.account.Activity;
import io.genstage.account.StageTimes;
import io.genstage.account.TimeAccount;
import io.genstage.dispatch.Unserved;
import org.jspecify.annotations.Nullable;

/**
 * One of the equal workers of a stage, over all its runs. Used under the pipeline's lock.
 */
final class Instance {

	private static final ExitReason RETIRED = ExitReason.shutdown("stopped on purpose");

	private static final ExitReason ENDS_JVM = ExitReason.shutdown("it ends the JVM by System.exit");

	private final ManagedStage stage;

	private final int index;

	private final String name;

	/** The newest last; the others are kept until their numbers are settled. */
	private final List<InstanceRun> runs = new ArrayList<>();

	/** What outlasts its subscriptions by each edge. */
	private final IdentityHashMap<Edge, Place> places = new IdentityHashMap<>();

	private EventCounts past = EventCounts.NONE;

	private StageTimes pastTimes = StageTimes.NONE;

	/** Null if nobody wants to know times. */
	private final @Nullable LongSupplier clock;

	/** What passes between two runs, if it was ever restarted. */
	private @Nullable TimeAccount between;

	private StageState state = StageState.CREATED;

	private @Nullable ExitReason cause;

	private RecentRestarts recentRestarts = new RecentRestarts();

	private long restarts;

	private boolean abandoned;

	/** Completes when the start that is being made has led to a run or to nothing. */
	private @Nullable CompletableFuture<@Nullable Void> launch;

	/** Numbers what is planned, so that a plan which was given up is noticed. */
	private int plan;

	Instance(ManagedStage stage, int index, String name, @Nullable LongSupplier clock) {
		this.stage = stage;
		this.index = index;
		this.name = name;
		this.clock = clock;
	}

	ManagedStage stage() {
		return this.stage;
	}

	StageDefinition definition() {
		return this.stage.definition();
	}

	int index() {
		return this.index;
	}

	String name() {
		return this.name;
	}

	StageState state() {
		InstanceRun run = run();
		return (this.state == StageState.RUNNING && run != null) ? run.state() : this.state;
	}

	boolean isAlive() {
		return this.state.isAlive() || this.launch != null;
	}

	boolean isStopping() {
		return this.state == StageState.STOPPING;
	}

	/** Returns whether there was a run of it. */
	boolean wasStarted() {
		return !this.runs.isEmpty();
	}

	/** Returns its place at its producers by an edge. */
	Place place(Edge edge) {
		return this.places.computeIfAbsent(edge, (unknown) -> new Place(this.name, edge.options()));
	}

	/**
	 * Returns what its producers are to do with its events while it has no subscription.
	 * @param draining whether it is not started any more by anybody
	 */
	Place.Empty wantedWhileEmpty(boolean draining) {
		if (!wasStarted()) {
			return Place.Empty.FORGOTTEN;
		}
		return switch (this.state) {
			case CREATED, COMPLETED -> Place.Empty.FORGOTTEN;
			case STOPPING, STOPPED -> draining ? Place.Empty.PASSED : Place.Empty.HELD;
			case FAILED -> Place.Empty.PASSED;
			default -> Place.Empty.HELD;
		};
	}

	/** Returns the run that is going on, if there is one. */
	@Nullable InstanceRun run() {
		InstanceRun newest = newestRun();
		return (newest != null && !newest.isOver()) ? newest : null;
	}

	private @Nullable InstanceRun newestRun() {
		return this.runs.isEmpty() ? null : this.runs.get(this.runs.size() - 1);
	}

	/**
	 * A producer holds its demand until it is released. What waits for partitions without
	 * a consumer holds up the others no earlier than it has to.
	 */
	StageOptions startOptions() {
		StageOptions options = definition().options().withAccounts(this.clock != null);
		if (definition().kind().produces() && options.unserved() == null) {
			options = options.withUnserved(Unserved.WAIT);
		}
		return (definition().kind() == StageKind.PRODUCER) ? options.withDemandMode(DemandMode.ACCUMULATE) : options;
	}

	/** Plans a start and returns the number of the plan. */
	int planStart() {
		this.launch = new CompletableFuture<>();
		return plan(StageState.STARTING);
	}

	/** Notes that nothing is left of a start but a run, if there is one. */
	void launched(PipelineLock lock) {
		CompletableFuture<@Nullable Void> launch = this.launch;
		this.launch = null;
		if (launch != null) {
			lock.tell(() -> launch.complete(null));
		}
	}

	/** Returns what completes when nothing of it runs, if something does. */
	Optional<CompletionStage<@Nullable Void>> whenOver() {
		InstanceRun run = run();
		return (run != null) ? Optional.of(run.whenEnded()) : Optional.ofNullable(this.launch);
	}

	/** Plans a restart and returns the number of the plan. */
	int planRestart() {
		this.restarts++;
		this.recentRestarts.add();
		if (this.between == null && this.clock != null) {
			this.between = new TimeAccount(this.clock);
		}
		noteBetween(Activity.RESTARTING);
		return plan(StageState.RESTARTING);
	}

	private void noteBetween(@Nullable Activity activity) {
		if (this.between != null) {
			this.between.enter(activity);
		}
	}

	private int plan(StageState planned) {
		this.state = planned;
		return ++this.plan;
	}

	/** Returns whether a plan has not been given up. */
	boolean isPlanned(int plan) {
		return this.plan == plan && (this.state == StageState.STARTING || this.state == StageState.RESTARTING);
	}

	InstanceRun begin(Stage stage, StageRef ref) {
		InstanceRun run = new InstanceRun(this, stage, ref);
		this.runs.add(run);
		noteBetween(null);
		this.state = StageState.RUNNING;
		this.cause = null;
		return run;
	}

	/** Lets the instance take part in another run of its pipeline. */
	void beginAnew() {
		forgetRestarts();
		if (this.state == StageState.COMPLETED) {
			this.state = StageState.CREATED;
		}
	}

	/** Takes back a start that was never tried. */
	void unplan() {
		this.state = StageState.CREATED;
	}

	/**
	 * Lets it end when it has finished what it has, also when that is held back by a
	 * pause.
	 */
	void retire() {
		InstanceRun run = run();
		if (run == null) {
			giveUp(RETIRED);
		}
		else if (!isStopping()) {
			this.state = StageState.STOPPING;
			run.resume();
			this.stage.edges().forEach((edge) -> edge.disconnect(run));
			drainIfRetired(run);
		}
	}

	/** Called when a run has fewer subscriptions than before. */
	void drainIfRetired(InstanceRun run) {
		if (isStopping() && !run.isOver() && !run.isConnected()) {
			run.drain();
		}
	}

	/** Returns whether it runs, and can't go on because it ends the JVM. */
	boolean isEndingJvm() {
		InstanceRun run = run();
		return run != null && run.ref().isEndingJvm();
	}

	/** Waits no longer for a run that can't end. */
	void abandon(PipelineLock lock) {
		InstanceRun run = run();
		if (run != null) {
			this.stage.edges().forEach((edge) -> edge.disconnect(run));
			run.end();
			lock.tell(run::tellEnd);
			this.abandoned = true;
			this.state = StageState.STOPPED;
			this.cause = ENDS_JVM;
		}
	}

	/** Returns whether its last run goes on and is not waited for. */
	boolean isAbandoned() {
		return this.abandoned;
	}

	/** Ends this instance as it is. */
	void giveUp(ExitReason reason) {
		InstanceRun run = run();
		if (run != null) {
			// Whatever its callback makes of that, it is not to be restarted.
			this.state = StageState.STOPPING;
			run.stop(reason);
		}
		else if (isAlive()) {
			noteBetween(null);
			this.state = StageState.STOPPED;
			this.cause = reason;
		}
	}

	void end(ExitReason reason) {
		noteBetween(null);
		this.cause = reason;
		if (isStopping()) {
			this.state = StageState.STOPPED;
		}
		else if (reason instanceof ExitReason.Normal) {
			this.state = StageState.COMPLETED;
		}
		else {
			this.state = reason.isClean() ? StageState.STOPPED : StageState.FAILED;
		}
		tidy();
	}

	@Nullable ExitReason cause() {
		return this.cause;
	}

	RecentRestarts recentRestarts() {
		return this.recentRestarts;
	}

	/** Lets it fail as often as at first. */
	void forgetRestarts() {
		this.recentRestarts = new RecentRestarts();
	}

	/** Lets go of runs whose numbers change no more. */
	void tidy() {
		for (InstanceRun run : List.copyOf(this.runs)) {
			if (run.isSettled() && run != newestRun()) {
				this.past = this.past.plus(run.ref().counts());
				this.pastTimes = pastTimesWith(run.ref().times().orElse(null));
				this.runs.remove(run);
			}
		}
	}

	private StageTimes pastTimesWith(@Nullable StageTimes over) {
		return (over != null) ? over.after(this.pastTimes) : this.pastTimes;
	}

	/** Returns whether its numbers change no more. */
	boolean isSettled() {
		return !isAlive() && this.runs.stream().allMatch(InstanceRun::isSettled);
	}

	/** Returns the numbers of all runs, or null if there was none. */
	@Nullable StageStatus numbers() {
		return view().numbers();
	}

	/** Returns what is known of it now. */
	InstanceView view() {
		return new InstanceView(this.name, definition().kind(), this.state, this.cause, this.restarts, this.past,
				this.runs.stream().map(InstanceRun::ref).toList(), List.copyOf(this.places.values()), this.pastTimes,
				this.between);
	}

	/** Returns whether a view is of now, without making another one. */
	@SuppressWarnings("ReferenceEquality") // what has changed is another object
	boolean isShownBy(InstanceView view) {
		if (view.state() != this.state || view.cause() != this.cause || view.restarts() != this.restarts
				|| view.past() != this.past || view.runs().size() != this.runs.size()
				|| view.places().size() != this.places.size() || !view.name().equals(this.name)) {
			return false;
		}
		for (int i = 0; i < this.runs.size(); i++) {
			if (this.runs.get(i).ref() != view.runs().get(i)) {
				return false;
			}
		}
		return true;
	}

}
