package io.genstage.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import io.genstage.AcknowledgingConsumerStage;
import io.genstage.CancelMode;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.SourceHint;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.test.TestSystem;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An instance of an application that works on a queue. It begins what it gets, and the
 * test ends it. Its own time is pretended, that of the database is not.
 */
final class WorkerForTests implements AutoCloseable {

	final JdbcWorkQueue<String> queue;

	final List<String> begun = new ArrayList<>();

	private final TestSystem system = new TestSystem();

	private final Map<String, Acknowledgement> open = new HashMap<>();

	private final Map<String, CompletableFuture<Void>> futures = new HashMap<>();

	private @Nullable StageRef stage;

	WorkerForTests(DataSource dataSource, WorkQueueOptions options) {
		this(dataSource, options, codec());
	}

	WorkerForTests(DataSource dataSource, WorkQueueOptions options, PayloadCodec codec) {
		this.queue = new JdbcWorkQueue<>(dataSource, "mails", String.class, codec, options);
	}

	static PayloadCodec codec() {
		return new JsonPayloadCodec(JsonMapper.builder().build());
	}

	/** Starts the stages, the last of which takes so many events at once. */
	WorkerForTests start(int maxDemand) {
		AcknowledgingConsumerStage<String> consumer = (event, acknowledgement, from) -> {
			this.begun.add(event);
			this.open.put(event, acknowledgement);
			CompletableFuture<Void> future = new CompletableFuture<>();
			this.futures.put(event, future);
			return future;
		};
		StageOptions options = StageOptions.defaults()
			.withFailure(FailurePolicy.defaults()
				.withRetries(Retries.fixed(0, Duration.ofSeconds(1)))
				.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))
				.withThen(Then.FAIL))
			.withInFlight(InFlight.of(maxDemand).unordered());
		this.stage = this.system.stages().start("mails", this.queue);
		this.system.stages()
			.start("consumer", consumer, options)
			.subscribeTo(this.stage, new SubscribeOptions(maxDemand, maxDemand - 1, CancelMode.PERMANENT));
		this.system.run();
		return this;
	}

	StageRef stage() {
		return Objects.requireNonNull(this.stage);
	}

	void run() {
		this.system.run();
	}

	void advance(Duration time) {
		this.system.advance(time);
	}

	void finish(String... events) {
		for (String event : events) {
			Objects.requireNonNull(this.open.remove(event)).accept();
			Objects.requireNonNull(this.futures.remove(event)).complete(null);
		}
		this.system.run();
	}

	void fail(String event) {
		fail(event, null);
	}

	void fail(String event, @Nullable SourceHint hint) {
		Acknowledgement acknowledgement = Objects.requireNonNull(this.open.remove(event));
		if (hint != null) {
			acknowledgement.tellSource(hint);
		}
		acknowledgement.reject("out of paper");
		Objects.requireNonNull(this.futures.remove(event)).complete(null);
		this.system.run();
	}

	@Override
	public void close() {
		this.system.close();
	}

}
