package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.genstage.StageStatus;
import io.genstage.account.Activity;
import io.genstage.pipeline.PipelineVerdict.Kind;
import io.genstage.rate.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * Concludes from two looks at a pipeline what limits it. Walks from its ends up: what can
 * do no more is the limit if something waits for it, and nothing below it is.
 */
final class Judgement {

	/** From here on an instance can be said to be able to do no more. */
	private static final double BUSY = 0.8;

	/** Up to here an instance can be said to have little to do. */
	private static final double LITTLE = 0.4;

	private static final double ALMOST_ALL = 0.999;

	/** From here on an activity says what a stage is held up by. */
	private static final double MOSTLY = 0.5;

	/** By so much another stage has to be busier to be named instead. */
	private static final double CLEARLY = 0.1;

	private final PipelineSnapshot before;

	private final PipelineSnapshot after;

	private final PipelineVerdict current;

	private final Map<String, StageWindow> stages = new LinkedHashMap<>();

	/**
	 * Creates a judgement.
	 * @param before the first look
	 * @param after the second look
	 * @param current the verdict up to now, which is preferred to another one that is as
	 * good
	 */
	Judgement(PipelineSnapshot before, PipelineSnapshot after, PipelineVerdict current) {
		this.before = before;
		this.after = after;
		this.current = current;
		for (ManagedStageStatus stage : after.status().stages()) {
			this.stages.put(stage.name(), StageWindow.of(before.status().stage(stage.name()).orElse(null), stage));
		}
	}

	PipelineVerdict verdict() {
		return factOf(this.after.status()).or(this::restarting)
			.or(this::limit)
			.or(this::heldByRate)
			.or(this::askedForNothing)
			.or(this::stalled)
			.or(this::idle)
			.or(this::source)
			.orElseGet(() -> new PipelineVerdict(Kind.NOTHING, null, null, "no stage is busy all the time", null));
	}

	/** Returns what can be said of a pipeline by one look. */
	static Optional<PipelineVerdict> factOf(PipelineStatus status) {
		for (ManagedStageStatus stage : status.stages()) {
			if (stage.state() == StageState.FAILED) {
				return Optional.of(new PipelineVerdict(Kind.FAILED, stage.name(), failedInstance(stage),
						"it is not started again", "restart"));
			}
		}
		for (ManagedStageStatus stage : status.stages()) {
			if (stage.pauseWanted()) {
				return Optional
					.of(new PipelineVerdict(Kind.PAUSED, stage.name(), null, "somebody has paused it", "resume"));
			}
		}
		for (ManagedStageStatus stage : status.stages()) {
			StageStatus.Outage outage = stage.started().map(StageStatus::outage).orElse(null);
			if (outage != null) {
				return Optional.of(new PipelineVerdict(Kind.OUTAGE, stage.name(), null,
						"everything it does fails by %s, and it tries with one event from time to time"
							.formatted(outage.cause().getClass().getName()),
						null));
			}
		}
		return Optional.empty();
	}

	private static @Nullable String failedInstance(ManagedStageStatus stage) {
		return (stage.instances().size() == 1) ? null
				: stage.instances()
					.stream()
					.filter((instance) -> instance.state() == StageState.FAILED)
					.map(InstanceStatus::name)
					.findFirst()
					.orElse(null);
	}

	private Optional<PipelineVerdict> restarting() {
		return known().filter((stage) -> stage.share(Activity.RESTARTING) >= MOSTLY)
			.findFirst()
			.map((stage) -> new PipelineVerdict(Kind.RESTARTING, stage.name(), null,
					"it has waited %s of the time to be started again"
						.formatted(percent(stage.share(Activity.RESTARTING))),
					"restart"));
	}

	private Stream<StageWindow> known() {
		return this.stages.values().stream().filter(StageWindow::isKnown);
	}

	// What can do no more

	private Optional<PipelineVerdict> limit() {
		List<StageWindow> busy = known().filter((stage) -> !stage.isSource()).filter(this::isBusy).toList();
		List<StageWindow> lowest = busy.stream()
			.filter((stage) -> busy.stream().noneMatch((other) -> isAbove(stage, other)))
			.toList();
		return best(lowest).map(this::limitedBy);
	}

	private boolean isBusy(StageWindow stage) {
		return stage.busiest().busy() >= BUSY && stage.busiest().of(Activity.BLOCKED) < 1 - MOSTLY
				&& (isWaitedFor(stage) > 0 || hasQueue(stage));
	}

	/** Returns by how much those above are held up, or 0 if that is not much. */
	private double isWaitedFor(StageWindow stage) {
		return producersOf(stage).stream()
			.mapToDouble((producer) -> producer.share(Activity.BLOCKED))
			.filter((blocked) -> blocked >= MOSTLY)
			.max()
			.orElse(0);
	}

	/** Returns whether at both looks more events were with it than it can work on. */
	private boolean hasQueue(StageWindow stage) {
		return inFlight(this.before.status(), stage) > stage.places()
				&& inFlight(this.after.status(), stage) > stage.places();
	}

	private static long inFlight(PipelineStatus status, StageWindow stage) {
		return status.edges()
			.stream()
			.filter((edge) -> edge.consumer().equals(stage.name()))
			.mapToLong(EdgeStatus::inFlight)
			.sum();
	}

	private Optional<StageWindow> best(List<StageWindow> lowest) {
		Optional<StageWindow> busiest = lowest.stream()
			.max(Comparator.comparingDouble((stage) -> stage.busiest().busy()));
		return lowest.stream()
			.filter((stage) -> stage.name().equals(this.current.stage()))
			.filter((stage) -> stage.busiest().busy() + CLEARLY >= busiest.orElseThrow().busiest().busy())
			.findFirst()
			.or(() -> busiest);
	}

	private PipelineVerdict limitedBy(StageWindow stage) {
		StageWindow.Share busiest = stage.busiest();
		if (stage.instances().size() > 1 && stage.leastBusy().busy() <= LITTLE) {
			return new PipelineVerdict(Kind.SKEW, stage.name(), busiest.instance(),
					"'%s' is busy %s of the time and handles %s of the events, while '%s' is busy %s of the time"
						.formatted(busiest.instance(), percent(busiest.busy()),
								percent((double) busiest.counts().in() / Math.max(stage.handled(), 1)),
								stage.leastBusy().instance(), percent(stage.leastBusy().busy())),
					"another partition key");
		}
		StageWindow waiting = starvedBeside(stage);
		if (waiting != null) {
			return new PipelineVerdict(Kind.BROADCAST, stage.name(), null,
					"%s, while '%s' gets the same events and is starved %s of the time".formatted(busy(stage),
							waiting.name(), percent(waiting.share(Activity.STARVED))),
					knob(stage));
		}
		double waitedFor = isWaitedFor(stage);
		String who = producersOf(stage).stream()
			.filter((producer) -> waitedFor > 0 && producer.share(Activity.BLOCKED) >= waitedFor)
			.map((producer) -> ", while '%s' waits for it %s of the time".formatted(producer.name(),
					percent(waitedFor)))
			.findFirst()
			.orElse(", and events wait for it");
		return new PipelineVerdict(Kind.STAGE, stage.name(), null, busy(stage) + who, knob(stage));
	}

	private static String busy(StageWindow stage) {
		StageWindow.Share busiest = stage.busiest();
		double places = busiest.times().placeShare();
		Activity business = busiest.business();
		String subject = (stage.instances().size() > 1) ? "'%s'".formatted(busiest.instance()) : "it";
		if (places > busiest.of(business)) {
			return "%s has %s of its %d places taken%s".formatted(subject, percent(places),
					busiest.times().places().total(), (business == Activity.RETRYING) ? ", mostly for retrying" : "");
		}
		return "%s is %s %s of the time".formatted(subject, business, percent(busiest.of(business)));
	}

	private String knob(StageWindow stage) {
		StageDefinition definition = this.after.graph().stage(stage.name());
		if (stage.busiest().business() == Activity.RETRYING) {
			return "what its handler fails by";
		}
		if (definition.options().inFlight() != null) {
			return "in-flight";
		}
		return (definition.options().tasks() != null) ? "max-demand" : "concurrency";
	}

	/**
	 * Returns a stage that gets the same events as another one and is held up by it.
	 */
	private @Nullable StageWindow starvedBeside(StageWindow stage) {
		for (StageWindow producer : producersOf(stage)) {
			if (this.after.graph().stage(producer.name()).waitsForAll()) {
				for (StageWindow other : consumersOf(producer)) {
					if (!other.name().equals(stage.name()) && other.isKnown()
							&& other.share(Activity.STARVED) >= MOSTLY) {
						return other;
					}
				}
			}
		}
		return null;
	}

	// What is held

	private Optional<PipelineVerdict> heldByRate() {
		return known().filter((stage) -> stage.share(Activity.RATE_LIMITED) >= MOSTLY)
			.max(Comparator.comparingDouble((stage) -> stage.share(Activity.RATE_LIMITED)))
			.map((stage) -> new PipelineVerdict(Kind.RATE, stage.name(), null,
					"it is held to %s, and could go on %s of the time".formatted(rate(stage),
							percent(stage.share(Activity.RATE_LIMITED))),
					"rate"));
	}

	private String rate(StageWindow stage) {
		RateLimit limit = this.after.rates().get(stage.name());
		return (limit != null) ? "%d events in %s".formatted(limit.events(), text(limit.period())) : "its rate";
	}

	private static String text(Duration period) {
		return (period.toMillis() % 1000 == 0) ? period.toSeconds() + " s" : period.toMillis() + " ms";
	}

	/** An end of the graph that asks for nothing, as its reader doesn't, holds up all. */
	private Optional<PipelineVerdict> askedForNothing() {
		return known().filter((stage) -> !stage.stage().kind().produces())
			.filter((stage) -> stage.share(Activity.BLOCKED) >= BUSY)
			.filter((stage) -> isWaitedFor(stage) > 0)
			.findFirst()
			.map((stage) -> {
				StageWindow starved = starvedBeside(stage);
				String evidence = "it asks for nothing %s of the time"
					.formatted(percent(stage.share(Activity.BLOCKED)));
				return (starved != null)
						? new PipelineVerdict(Kind.BROADCAST, stage.name(), null,
								"%s, while '%s' gets the same events and is starved".formatted(evidence,
										starved.name()),
								null)
						: new PipelineVerdict(Kind.STAGE, stage.name(), null, evidence, null);
			});
	}

	// What has nothing to do

	/** Events are there and asked for, and nothing goes on. */
	private Optional<PipelineVerdict> stalled() {
		boolean rests = known().allMatch((stage) -> stage.moved() == 0
				&& stage.share(Activity.STARVED) + stage.share(Activity.BLOCKED) > ALMOST_ALL);
		return !rests ? Optional.empty() : this.after.status()
			.edges()
			.stream()
			.filter((edge) -> edge.demand() > 0 && this.before.status().demand(edge.consumer(), edge.producer()) > 0)
			.filter((edge) -> holdsEvents(this.before.status(), edge.producer())
					&& holdsEvents(this.after.status(), edge.producer()))
			.findFirst()
			.map((edge) -> new PipelineVerdict(Kind.STALLED, edge.producer(), null,
					"it holds events, and '%s' has asked it for some".formatted(edge.consumer()), "restart"));
	}

	private static boolean holdsEvents(PipelineStatus status, String stage) {
		return status.stage(stage)
			.flatMap(ManagedStageStatus::started)
			.filter((numbers) -> numbers.buffered() + numbers.queued() > numbers.unserved())
			.isPresent();
	}

	private Optional<PipelineVerdict> idle() {
		boolean moved = known().anyMatch((stage) -> stage.moved() > 0);
		boolean underWay = this.after.status().edges().stream().anyMatch((edge) -> edge.inFlight() > 0);
		boolean reads = known().filter(StageWindow::isSource).anyMatch(Judgement::isReading);
		return (moved || underWay || reads) ? Optional.empty()
				: Optional.of(new PipelineVerdict(Kind.IDLE, null, null, "no event is under way", null));
	}

	private static boolean isReading(StageWindow source) {
		return source.share(Activity.HANDLING) >= MOSTLY;
	}

	/**
	 * All wait for sources, which have been asked. One that knows how many events have
	 * come, and has handed them all on, is not slow: no more have come.
	 */
	private Optional<PipelineVerdict> source() {
		List<StageWindow> sources = known().filter(StageWindow::isSource).toList();
		if (sources.isEmpty() || !sources.stream().allMatch(Judgement::isAsked)) {
			return Optional.empty();
		}
		return sources.stream()
			.filter((source) -> source.stage().started().map(StageStatus::arrivals).isEmpty())
			.max(Comparator.comparingDouble((source) -> source.share(Activity.HANDLING)))
			.map((source) -> new PipelineVerdict(Kind.SOURCE, source.name(), null,
					"the stages behind it wait for its events %s of the time".formatted(percent(asked(source))),
					"its own source"));
	}

	private static double asked(StageWindow source) {
		return source.share(Activity.HANDLING) + source.share(Activity.STARVED);
	}

	private static boolean isAsked(StageWindow source) {
		return asked(source) >= BUSY;
	}

	// The graph

	private List<StageWindow> producersOf(StageWindow stage) {
		return windows(this.after.graph()
			.find(stage.name())
			.map((definition) -> definition.producers().stream().map(EdgeDefinition::producer).toList())
			.orElse(List.of()));
	}

	private List<StageWindow> consumersOf(StageWindow stage) {
		return windows(this.after.graph().consumersOf(stage.name()));
	}

	private List<StageWindow> windows(Collection<String> names) {
		return names.stream().map(this.stages::get).filter(Objects::nonNull).toList();
	}

	/** Returns whether events go from one stage to another, by whatever way. */
	private boolean isAbove(StageWindow stage, StageWindow below) {
		PipelineGraph graph = this.after.graph();
		Set<String> seen = new HashSet<>();
		Deque<String> way = new ArrayDeque<>(graph.consumersOf(stage.name()));
		while (!way.isEmpty()) {
			String next = way.remove();
			if (next.equals(below.name())) {
				return true;
			}
			if (seen.add(next)) {
				way.addAll(graph.consumersOf(next));
			}
		}
		return false;
	}

	private static String percent(double share) {
		return Math.round(share * 100) + " %";
	}

}
