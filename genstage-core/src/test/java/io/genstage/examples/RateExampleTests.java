package io.genstage.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.StageKind;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.BatchConsumer;
import io.genstage.batch.BatchOptions;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.rate.RateLimitedConsumer;
import io.genstage.rate.RateLimitedProducerConsumer;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code docs/batching-and-rate.md} about rates.
 */
class RateExampleTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	@Test
	void sendsNoMoreThanTheServerBears() {
		List<Mail> sent = new ArrayList<>();
		Smtp smtp = sent::addAll;
		// tag::limit[]
		RateLimitedConsumer<Mail> mailer = RateLimitedConsumer
			.of(RateLimit.of(100, Duration.ofSeconds(1)).withBurst(20), (mails, from) -> smtp.sendAll(mails));
		// end::limit[]
		StageRef outbox = this.system.start("outbox",
				Sources.iterable(() -> IntStream.range(0, 1000).mapToObj(Mail::new).iterator()));
		this.system.start("mailer", mailer).subscribeTo(outbox, SubscribeOptions.defaults());
		this.executor.advance(Duration.ofSeconds(2));
		assertThat(sent).hasSize(20 + 200);
		// tag::change_limit[]
		mailer.change(mailer.limit().withEvents(10));
		// end::change_limit[]
		this.executor.advance(Duration.ofSeconds(2));
		assertThat(sent).hasSize(220 + 20);
	}

	@Test
	void limitsWhatIsCollected() {
		List<Integer> batches = new ArrayList<>();
		// tag::throttle[]
		RateLimitedProducerConsumer<Reading, Reading> throttle = RateLimitedProducerConsumer
			.of(RateLimit.of(1000, Duration.ofMinutes(1)), (readings, from) -> readings);
		// end::throttle[]
		StageRef readings = this.system.start("readings",
				Sources.iterable(() -> IntStream.range(0, 5000).mapToObj(Reading::new).iterator()));
		StageRef limited = this.system.start("throttle", throttle);
		limited.subscribeTo(readings, SubscribeOptions.defaults());
		this.system
			.start("rows",
					BatchConsumer.of(BatchOptions.defaults().withSize(500).withTimeout(Duration.ofHours(1)),
							(List<Reading> rows) -> batches.add(rows.size())))
			.subscribeTo(limited, SubscribeOptions.defaults());
		this.executor.advance(Duration.ofMinutes(2));
		assertThat(batches).containsExactly(500, 500, 500, 500, 500, 500);
	}

	@Test
	void callsAServiceFromSeveralInstances() {
		List<Integer> called = new ArrayList<>();
		Service service = called::addAll;
		// tag::share[]
		RateAccount rate = new RateAccount(RateLimit.of(100, Duration.ofSeconds(1)));
		StageDefinition calls = StageDefinition
			.of("calls", StageKind.CONSUMER, () -> RateLimitedConsumer.of(rate, new Calls(service)))
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
