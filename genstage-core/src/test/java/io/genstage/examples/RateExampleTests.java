package io.genstage.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code docs/core.md} about rates.
 */
class RateExampleTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	@Test
	void sendsNoMoreThanTheServerBears() {
		List<Mail> sent = new ArrayList<>();
		Smtp smtp = sent::addAll;
		// tag::limit[]
		RateAccount rate = new RateAccount(RateLimit.of(100, Duration.ofSeconds(1)).withBurst(20));
		ConsumerStage<Mail> mailer = (mails, from) -> smtp.sendAll(mails);
		StageRef stage = this.system.start("mailer", mailer, StageOptions.defaults().withRate(rate));
		// end::limit[]
		StageRef outbox = this.system.start("outbox",
				Sources.iterable(() -> IntStream.range(0, 1000).mapToObj(Mail::new).iterator()));
		stage.subscribeTo(outbox, SubscribeOptions.defaults());
		this.executor.advance(Duration.ofSeconds(2));
		assertThat(sent).hasSize(20 + 200);
		// tag::change_limit[]
		rate.change(rate.limit().withEvents(10));
		// end::change_limit[]
		this.executor.advance(Duration.ofSeconds(2));
		assertThat(sent).hasSize(220 + 20);
	}

	@Test
	void limitsWhatIsCollected() {
		List<Integer> batches = new ArrayList<>();
		// tag::throttle[]
		ProducerConsumerStage<Reading, Reading> throttle = (readings, from) -> readings;
		StageRef limited = this.system.start("throttle", throttle,
				StageOptions.defaults().withRate(new RateAccount(RateLimit.of(1000, Duration.ofMinutes(1)))));
		// end::throttle[]
		StageRef readings = this.system.start("readings",
				Sources.iterable(() -> IntStream.range(0, 5000).mapToObj(Reading::new).iterator()));
		limited.subscribeTo(readings, SubscribeOptions.defaults());
		this.system
			.start("rows", (ConsumerStage<Reading>) (rows, from) -> batches.add(rows.size()), StageOptions.defaults()
				.withBatching(Batching.of(BatchOptions.defaults().withSize(500).withTimeout(Duration.ofHours(1)))))
			.subscribeTo(limited, SubscribeOptions.defaults());
		this.executor.advance(Duration.ofMinutes(2));
		assertThat(batches).containsExactly(500, 500, 500, 500, 500, 500);
	}

	@Test
	void callsAServiceFromSeveralInstances() {
		List<Integer> called = new ArrayList<>();
		Service service = called::addAll;
		// tag::share[]
		StageDefinition calls = StageDefinition.of("calls", StageKind.CONSUMER, () -> new Calls(service))
			.withOptions(StageOptions.defaults().withRate(new RateAccount(RateLimit.of(100, Duration.ofSeconds(1)))))
			.subscribeTo("orders")
			.withConcurrency(4);
		// end::share[]
		StageDefinition orders = StageDefinition.of("orders",
				Sources.iterable(() -> IntStream.range(0, 1000).iterator()));
		new Pipeline(PipelineGraph.of(List.of(orders, calls)), this.system).start();
		this.executor.advance(Duration.ofMillis(2001));
		assertThat(called).hasSizeBetween(290, 300);
	}

	private interface Service {

		void callAll(List<Integer> orders);

	}

	private record Calls(Service service) implements ConsumerStage<Integer> {

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			this.service.callAll(events);
		}

	}

	private interface Smtp {

		void sendAll(List<Mail> mails);

	}

	private record Mail(int number) {
	}

	private record Reading(int value) {
	}

}
