package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.genstage.EventCounts;
import io.genstage.ExitReason;
import io.genstage.account.StageTimes;
import io.genstage.demand.Counter;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a pipeline: its instances, and the edges from its producers. Used under
 * the pipeline's lock.
 */
final class ManagedStage {

	/** What one instance is makes the stage that, the first one first. */
	private static final List<StageState> TELLING = List.of(StageState.FAILED, StageState.RESTARTING,
			StageState.STARTING, StageState.RUNNING, StageState.PAUSING, StageState.PAUSED, StageState.STOPPING,
			StageState.STOPPED);

	private final StageDefinition definition;

	private final List<Edge> edges = new ArrayList<>();

	private final List<Instance> instances = new ArrayList<>();

	/** No longer wanted, and not yet over or not yet settled. */
	private final List<Instance> departing = new ArrayList<>();

	private EventCounts departed = EventCounts.NONE;

	private StageTimes departedTimes = StageTimes.NONE;

	/** Null if nobody wants to know times. */
	private final @Nullable LongSupplier clock;

	private boolean paused;

	private boolean startingAgain;

	private boolean leaving;

	private final Operations operations;

	/** Any thread adds to it. */
	private final Counter lostLater = new Counter();

	private volatile StageView view;

	ManagedStage(StageDefinition definition, PipelineLock lock, @Nullable LongSupplier clock) {
		this.definition = definition;
		this.clock = clock;
		this.operations = new Operations(lock);
		grow(definition.concurrency());
		this.view = current();
	}

	/** Adds instances up to so many, and returns those that are new. */
	List<Instance> grow(int concurrency) {
		List<Instance> added = new ArrayList<>();
		for (int index = 0; this.instances.size() < concurrency; index++) {
			if (!isTaken(index)) {
				Instance instance = new Instance(this, index, instanceName(index), this.clock);
				this.instances.add(instance);
				added.add(instance);
			}
		}
		this.instances.sort(Comparator.comparingInt(Instance::index));
		return added;
	}

	private boolean isTaken(int index) {
		return everyInstance().stream().anyMatch((instance) -> instance.index() == index);
	}

	/** Takes the last instances away down to so many, and returns them. */
	List<Instance> shrink(int concurrency) {
		List<Instance> surplus = this.instances.subList(Math.min(concurrency, this.instances.size()),
				this.instances.size());
		List<Instance> removed = List.copyOf(surplus);
		surplus.clear();
		this.departing.addAll(removed);
		return removed;
	}

	/** Lets go of removed instances whose numbers change no more. */
	void tidy() {
		for (Instance instance : List.copyOf(this.departing)) {
			if (instance.isSettled()) {
				this.departing.remove(instance);
				this.edges.forEach((edge) -> edge.keepMissed(instance));
				this.departed = this.departed.plus(instance.view().counts());
				this.departedTimes = departedTimesWith(instance.view().times());
			}
		}
	}

	private StageTimes departedTimesWith(@Nullable StageTimes over) {
		return (over != null) ? over.after(this.departedTimes) : this.departedTimes;
	}

	/** Only a stage that was defined to be alone shares its name with its instance. */
	private String instanceName(int index) {
		return (this.definition.concurrency() == 1 && index == 0) ? name() : "%s#%d".formatted(name(), index);
	}

	String name() {
		return this.definition.name();
	}

	StageDefinition definition() {
		return this.definition;
	}

	int concurrency() {
		return this.instances.size();
	}

	List<Instance> instances() {
		return List.copyOf(this.instances);
	}

	/** Returns the instances, also those that are no longer wanted and not yet over. */
	List<Instance> everyInstance() {
		return this.departing.isEmpty() ? instances()
				: Stream.concat(this.instances.stream(), this.departing.stream()).toList();
	}

	/** Returns whether somebody wants it to be paused. */
	boolean isPaused() {
		return this.paused;
	}

	void pause(boolean paused) {
		this.paused = paused;
	}

	/** Lets it leave the pipeline for good; it must not be held up by a pause. */
	void leave() {
		this.leaving = true;
		this.paused = false;
		runs().forEach((run) -> {
			CompletionStage<?> unused = run.resume();
		});
	}

	/** Returns whether it leaves the pipeline, or has left it. */
	boolean isLeaving() {
		return this.leaving;
	}

	/** Returns whether nothing of it runs or is connected. */
	boolean isSettled() {
		return !isAlive() && everyInstance().stream().allMatch(Instance::isSettled);
	}

	/** Notes that the end of its instances is not that of the stage. */
	void startAgain(boolean startingAgain) {
		this.startingAgain = startingAgain;
	}

	/** Returns what is done to it by its name. */
	Operations operations() {
		return this.operations;
	}

	List<Edge> edges() {
		return this.edges;
	}

	void addEdge(Edge edge) {
		this.edges.add(edge);
	}

	/** Returns the runs that are going on. */
	List<InstanceRun> runs() {
		return everyInstance().stream().map(Instance::run).filter(Objects::nonNull).toList();
	}

	boolean isProducer() {
		return !this.definition.kind().consumes();
	}

	boolean isStarted() {
		return state() != StageState.CREATED;
	}

	boolean isAlive() {
		return this.startingAgain || everyInstance().stream().anyMatch(Instance::isAlive);
	}

	/** Returns whether it has ended and can only be started again on purpose. */
	boolean isOver() {
		return !isAlive() && (state() == StageState.FAILED || state() == StageState.COMPLETED);
	}

	boolean isCompleted() {
		return this.instances.stream().allMatch((instance) -> instance.state() == StageState.COMPLETED)
				&& this.departing.stream().noneMatch(Instance::isAlive);
	}

	StageState state() {
		// Loops, since each change of a pipeline asks each of its stages.
		Set<StageState> states = EnumSet.noneOf(StageState.class);
		for (Instance instance : this.instances) {
			states.add(instance.state());
		}
		for (StageState telling : TELLING) {
			if (states.contains(telling)) {
				return telling;
			}
		}
		return isCompleted() ? StageState.COMPLETED : StageState.CREATED;
	}

	/** Returns why an instance that is in this state has ended, if one has. */
	@Nullable ExitReason causeOf(StageState state) {
		return this.instances.stream()
			.filter((instance) -> instance.state() == state)
			.map(Instance::cause)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/** Returns the counts of all runs of all instances. */
	EventCounts counts() {
		return current().counts();
	}

	/**
	 * Counts events that are lost though the stage was done with them. Any thread may
	 * call this, without the lock.
	 */
	void countLost(long events) {
		this.lostLater.addShared(events);
	}

	private StageView current() {
		return new StageView(name(), this.definition.kind(), state(), this.paused, this.departed, this.departedTimes,
				this.lostLater, everyInstance().stream().map(Instance::view).toList());
	}

	/** Called at the end of each change of the pipeline: lets any thread see it. */
	void publish() {
		if (!isShownBy(this.view)) {
			this.view = current();
		}
	}

	/** Returns whether a view is of now. Most changes leave most stages as they were. */
	@SuppressWarnings("ReferenceEquality") // what has changed is another object
	private boolean isShownBy(StageView view) {
		return view.state() == state() && view.paused() == this.paused && view.departed() == this.departed
				&& view.instances().size() == this.instances.size() + this.departing.size()
				&& areShownBy(view.instances(), 0, this.instances)
				&& areShownBy(view.instances(), this.instances.size(), this.departing);
	}

	private static boolean areShownBy(List<InstanceView> views, int from, List<Instance> instances) {
		for (int i = 0; i < instances.size(); i++) {
			if (!instances.get(i).isShownBy(views.get(from + i))) {
				return false;
			}
		}
		return true;
	}

	/** Returns what was last published. Any thread may call this, without the lock. */
	StageView view() {
		return this.view;
	}

}
