package io.genstage.sample.quakes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.StageStartException;
import io.genstage.boot.StageRegistry;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.ReplayOptions;
import io.genstage.pipeline.StageState;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Shows what has become of the feed.
 */
@RestController
@RequestMapping("/quakes")
class QuakesController {

	private static final String FEED = "feed";

	/** Those behind the feed, the last ones first. */
	private static final List<String> BEHIND = List.of("store", "alerts", "located");

	private static final DeadLetterFilter MALFORMED = DeadLetterFilter.all().withStage("located");

	private final QuakeRepository repository;

	private final Alerts alerts;

	private final StageRegistry stages;

	private final DeadLetterDesk desk;

	QuakesController(QuakeRepository repository, Alerts alerts, StageRegistry stages, DeadLetterDesk desk) {
		this.repository = repository;
		this.alerts = alerts;
		this.stages = stages;
		this.desk = desk;
	}

	@GetMapping("/summary")
	Summary summary() {
		QuakeRepository.Totals totals = this.repository.totals();
		return new Summary(totals.stored(), totals.byType(), totals.byNetwork(), totals.largest().orElse(null),
				this.alerts.raised(), this.desk.counts().byStage().getOrDefault("located", 0L));
	}

	/**
	 * Gives {@code located} the features once more that it could not read, which helps if
	 * the parser can read them now.
	 * @return what has become of them
	 */
	@PostMapping("/replay")
	CompletionStage<Replayed> replay() {
		return startBehindTheFeed()
			.thenCompose((all) -> this.desk.replay(MALFORMED, ReplayOptions.defaults()).whenDone())
			.thenApply((replay) -> new Replayed(replay.accepted(), replay.failedAgain(), replay.left().size()));
	}

	/**
	 * Reads the feed once more, from its beginning to its end.
	 * @return completes when it has begun
	 * @throws ResponseStatusException with 409 if the feed is being read
	 */
	@PostMapping("/readings")
	@ResponseStatus(HttpStatus.ACCEPTED)
	CompletionStage<Void> readAgain() {
		if (isAlive(FEED)) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "The feed is being read already.");
		}
		return startBehindTheFeed().thenCompose((all) -> this.stages.start(FEED));
	}

	/** They have completed with the feed, unless something was replayed since. */
	private CompletionStage<?> startBehindTheFeed() {
		CompletionStage<?> running = CompletableFuture.completedFuture(true);
		for (String stage : BEHIND) {
			running = running.thenCompose((before) -> startUnlessAlive(stage));
		}
		return running;
	}

	private CompletionStage<?> startUnlessAlive(String stage) {
		return isAlive(stage) ? CompletableFuture.completedFuture(true) : this.stages.start(stage);
	}

	private boolean isAlive(String stage) {
		return this.stages.state(stage).filter(StageState::isAlive).isPresent();
	}

	/**
	 * Answers for a database that can't be reached.
	 * @return 503
	 */
	@ExceptionHandler({ DataAccessException.class, TransactionException.class })
	ProblemDetail withoutDatabase() {
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "The database can't be reached");
	}

	/**
	 * Answers if the stages can't be started, for instance since somebody else does that.
	 * @return 409
	 */
	@ExceptionHandler({ IllegalStateException.class, StageStartException.class })
	ProblemDetail withoutStages() {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "The stages can't be started now");
	}

	/**
	 * The answer.
	 *
	 * @param stored how many quakes are in the database
	 * @param byType how many of each type
	 * @param byNetwork how many each network reported
	 * @param largest the one of the highest magnitude, if there is one
	 * @param alerts how many strong ones came by since the application started
	 * @param deadLetters how many features could not be read, and wait to be replayed
	 */
	record Summary(long stored, Map<String, Long> byType, Map<String, Long> byNetwork, @Nullable Quake largest,
			long alerts, long deadLetters) {
	}

	/**
	 * What has become of the features that could not be read.
	 *
	 * @param accepted how many are quakes now
	 * @param failedAgain how many still can't be read
	 * @param left how many were not tried
	 */
	record Replayed(int accepted, int failedAgain, int left) {
	}

}
