package io.genstage.pipeline;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.genstage.EventCounts;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.log.StageLog;

/**
 * Finds out when pipelines that drain together have nothing in hand any more, so that no
 * stage will hand anything over to a source of theirs, and closes these then.
 */
final class Quiescence {

	/*
	 * Nothing moves at a moment when no stage has a message, runs a callback, or has
	 * given work away, as only a callback does. No look at many stages finds that, since
	 * each is seen at another time. Two looks do, one behind the other, that find each
	 * stage idle and with the same number of turns: then it was idle all the time between
	 * its two sights, and the end of the first look belongs to all of these times. A
	 * stage that is found busy is asked to say when it has worked off what it has, and
	 * looked at again then, so that nothing is polled while something moves.
	 *
	 * What is held by stages of which none moves waits for something: for its time, which
	 * is waited for; for more events, which a flush makes up for; or for a stage that is
	 * paused, or for the end itself. Then pipelines are closed one by one, since what the
	 * first of them does at its end may still be handed over to the others.
	 */

	private static final System.Logger logger = StageLog.of(Quiescence.class);

	private static final Duration PAUSE = Duration.ofMillis(10);

	private volatile List<Pipeline> pipelines = List.of();

	/** Used by one look at a time. */
	private final Map<String, Set<String>> feeders = new ConcurrentHashMap<>();

	private final AtomicBoolean lookingLater = new AtomicBoolean();

	private final AtomicInteger wanted = new AtomicInteger();

	/** What was handled and held when stages were asked to flush. */
	private List<Long> flushed = List.of();

	/**
	 * Watches pipelines that drain together.
	 * @param feeders for each source that is open to all threads whose threads it is open
	 * for
	 */
	void watch(List<Pipeline> pipelines, Map<String, Set<String>> feeders) {
		this.feeders.putAll(feeders);
		this.pipelines = List.copyOf(pipelines);
		look();
	}

	/** Looks soon whether anything has changed. Any thread may call this. */
	void look() {
		if (!this.pipelines.isEmpty() && this.wanted.getAndIncrement() == 0) {
			system().executor().execute(this::lookAsWanted);
		}
	}

	private void lookAsWanted() {
		int seen;
		do {
			seen = this.wanted.get();
			try {
				lookOnce();
			}
			catch (RuntimeException ex) {
				logger.log(Level.ERROR, "the sources are closed: what the stages still hold is unknown", ex);
				this.pipelines.forEach(Pipeline::closeSources);
			}
		}
		while (this.wanted.addAndGet(-seen) > 0);
	}

	private StageSystem system() {
		return this.pipelines.get(0).system();
	}

	private void lookOnce() {
		List<Survey> surveys = this.pipelines.stream().map(Pipeline::survey).toList();
		if (surveys.stream().noneMatch(Survey::hasOpenSource)) {
			return;
		}
		closeToOutside(surveys);
		List<StageRef> stages = surveys.stream().flatMap((survey) -> survey.stages().stream()).toList();
		Optional<StageRef> busy = stages.stream().filter((stage) -> !stage.isIdle()).findFirst();
		if (busy.isPresent()) {
			CompletionStage<Void> unused = busy.get().reached().thenRun(this::look);
		}
		else if (stages.stream().anyMatch(StageRef::hasWork)) {
			lookLater();
		}
		else {
			advanceIfStill(surveys, stages);
		}
	}

	private void advanceIfStill(List<Survey> surveys, List<StageRef> stages) {
		List<Long> numbers = new ArrayList<>();
		if (areStill(stages, () -> numbers.addAll(numbers(stages)))) {
			advance(surveys, numbers);
		}
		else {
			look();
		}
	}

	/** Returns whether nothing moved while something was looked at. */
	private static boolean areStill(List<StageRef> stages, Runnable between) {
		List<Long> turns = stages.stream().map(StageRef::turns).toList();
		if (!stages.stream().allMatch(Quiescence::rests)) {
			return false;
		}
		between.run();
		return stages.stream().allMatch(Quiescence::rests)
				&& turns.equals(stages.stream().map(StageRef::turns).toList());
	}

	private static boolean rests(StageRef stage) {
		return stage.isIdle() && !stage.hasWork();
	}

	/**
	 * Closes sources to what is outside when those who feed them have nothing in hand.
	 */
	private void closeToOutside(List<Survey> surveys) {
		this.feeders.forEach((source, stages) -> {
			if (haveNothingInHand(surveysOf(stages, surveys))) {
				this.feeders.remove(source);
				this.pipelines.forEach((pipeline) -> pipeline.closeToOutside(source));
			}
		});
		if (!this.feeders.isEmpty()) {
			lookLater();
		}
	}

	private List<Survey> surveysOf(Set<String> stages, List<Survey> surveys) {
		return IntStream.range(0, surveys.size())
			.filter((index) -> stages.stream().anyMatch((stage) -> this.pipelines.get(index).stage(stage).isPresent()))
			.mapToObj(surveys::get)
			.toList();
	}

	private static boolean haveNothingInHand(List<Survey> surveys) {
		List<StageRef> stages = surveys.stream().flatMap((survey) -> survey.stages().stream()).toList();
		boolean[] holding = { surveys.stream().anyMatch(Survey::isComing) };
		return areStill(stages, () -> holding[0] |= surveys.stream().anyMatch((survey) -> survey.held() > 0))
				&& !holding[0];
	}

	private void lookLater() {
		if (this.lookingLater.compareAndSet(false, true)) {
			system().scheduler().schedule(PAUSE, () -> {
				this.lookingLater.set(false);
				look();
			});
		}
	}

	private static List<Long> numbers(List<StageRef> stages) {
		List<Long> numbers = new ArrayList<>();
		for (StageRef stage : stages) {
			numbers.add(stage.waiting().held());
			EventCounts counts = stage.counts();
			numbers.add(counts.in() + counts.discarded());
		}
		return numbers;
	}

	/** Does what is next when nothing moves. */
	private void advance(List<Survey> surveys, List<Long> numbers) {
		boolean holding = surveys.stream().anyMatch((survey) -> survey.held() > 0);
		if (holding && !numbers.equals(this.flushed)) {
			this.flushed = numbers;
			surveys.forEach(Survey::flush);
			look();
		}
		else if (surveys.stream().anyMatch(Survey::goesOn)) {
			lookLater();
		}
		else {
			close(surveys);
		}
	}

	private void close(List<Survey> surveys) {
		for (int index = 0; index < surveys.size(); index++) {
			if (surveys.get(index).hasOpenSource() && surveys.get(index).held() > 0) {
				this.pipelines.get(index).closeSources();
				return;
			}
		}
		this.pipelines.forEach(Pipeline::closeSources);
	}

}
