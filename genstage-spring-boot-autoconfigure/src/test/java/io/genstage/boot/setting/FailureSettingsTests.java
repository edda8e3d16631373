package io.genstage.boot.setting;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.boot.StageWiringException;
import io.genstage.boot.TestContexts;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.failure.FailureDecider;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.RetryOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The settings of what becomes of events that a stage fails to handle.
 */
class FailureSettingsTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.lifecycle.auto-startup=false");

	private final ApplicationContextRunner books = this.contextRunner.withBean(Books.class);

	@Test
	void areThreeRetriesAndADeadLetterIfNothingIsSaid() {
		this.books.run((context) -> {
			FailurePolicy policy = policy(context, "plain");
			assertThat(Stream.of(1, 2, 3).map(policy.retries()::delay)).containsExactly(Duration.ofSeconds(1),
					Duration.ofSeconds(2), Duration.ofSeconds(4));
			assertThat(policy.retries().delay(4)).isNull();
			assertThat(policy.retries().helpAgainst(new IOException())).isTrue();
			assertThat(policy)
				.extracting(FailurePolicy::then, FailurePolicy::order, FailurePolicy::isolate, FailurePolicy::outage,
						FailurePolicy::expireAfter, FailurePolicy::decider, FailurePolicy::timeout, FailurePolicy::hold)
				.containsExactly(Then.DEAD_LETTER, RetryOrder.NONE, false, new OutageGuard(5, Duration.ofSeconds(30)),
						null, null, null, Duration.ofMinutes(1));
			assertThat(policy.deadLetters()).isSameAs(context.getBean(DeadLetterStore.class));
		});
	}

	@Test
	void areTakenFromTheNearestPlaceEach() {
		this.books
			.withPropertyValues("genstage.defaults.failure.retry.delay=3s",
					"genstage.defaults.failure.retry.max-retries=9", "genstage.stages.marked.failure.then=fail")
			.run((context) -> {
				FailurePolicy policy = policy(context, "marked");
				assertThat(policy.retries().delay(1)).isEqualTo(Duration.ofSeconds(3));
				assertThat(policy.retries().delay(2)).isEqualTo(Duration.ofSeconds(6));
				assertThat(policy.retries().delay(3)).isNull();
				assertThat(policy.then()).isEqualTo(Then.FAIL);
			});
	}

	@Test
	void letRetriesGoOnWithoutAWait() {
		this.books.withPropertyValues("genstage.defaults.failure.retry.delay=0s")
			.run((context) -> assertThat(policy(context, "plain").retries().delay(2)).isZero());
	}

	@Test
	void letADelayBeLongerThanTheLongestOfTheDefaults() {
		this.books.withPropertyValues("genstage.stages.plain.failure.retry.delay=1m")
			.run((context) -> assertThat(policy(context, "plain").retries().delay(3)).isEqualTo(Duration.ofMinutes(1)));
	}

	@Test
	void excludeExceptionsThatAreTheCauseOfOthers() {
		this.books.withPropertyValues("genstage.stages.plain.failure.retry.exception-excludes=java.io.IOException")
			.run((context) -> assertThat(
					policy(context, "plain").retries().helpAgainst(new IllegalStateException(new IOException())))
				.isFalse());
	}

	@Test
	void canLetAStageFailWithItsHandler() {
		this.books
			.withPropertyValues("genstage.defaults.failure.enabled=false",
					"genstage.stages.marked.failure.enabled=true")
			.run((context) -> {
				assertThat(policy(context, "plain")).isNull();
				assertThat(policy(context, "marked")).isNotNull();
			});
	}

	@Test
	void keepTheOrderOfKeysBehindPartitions() {
		this.contextRunner.withBean(Partitioned.class).run((context) -> {
			RetryOrder order = policy(context, "keyed").order();
			assertThat(order.kind()).isEqualTo(RetryOrder.Kind.BY_KEY);
			assertThat(order.key().apply("apple")).isEqualTo('a');
		});
		this.contextRunner.withBean(Partitioned.class)
			.withPropertyValues("genstage.stages.keyed.failure.order=none")
			.run((context) -> assertThat(policy(context, "keyed").order()).isEqualTo(RetryOrder.NONE));
	}

	@Test
	void leaveStagesOutThatReportWhatTheyHaveHandled() {
		this.contextRunner.withBean(Books.class).withBean(Reporting.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(policy(context, "reporting")).isNull();
		});
		this.contextRunner.withBean(Books.class)
			.withBean(Reporting.class)
			.withPropertyValues("genstage.stages.reporting.failure.then=skip")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining("property 'genstage.stages.reporting.failure.then': has no effect on a stage "
						+ "that reports itself what it has handled"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					failure.retry.max-retries=-1         | retry.max-retries': must be from 0 to 1000000, but is -1
					failure.retry.max-retries=many       | retry.max-retries': must be a whole number from 0 to 1000000, but is 'many'
					failure.retry.delay=-1s              | retry.delay': must be from 0s to 365d, but is -1s
					failure.retry.delay=soon             | retry.delay': must be a time such as 500ms or 2s, from 0s to 365d, but is 'soon'
					failure.retry.multiplier=0.5         | retry.multiplier': must be from 1 to 1000, but is 0.5
					failure.retry.multiplier=NaN         | retry.multiplier': must be from 1 to 1000, but is NaN
					failure.retry.max-delay=0s           | retry.max-delay': must be from 1s to 365d (not below 'failure.retry.delay'), but is 0s
					failure.retry.jitter=400d            | retry.jitter': must be from 0s to 365d, but is 400d
					failure.retry.exception-excludes=no.Such | exception-excludes': names 'no.Such', which is no class
					failure.retry.exception-includes=java.lang.String | exception-includes': names 'java.lang.String', which is no exception
					failure.then=drop                    | then': names 'drop', which is neither a stage that is an EventQueue nor a DeadLetterStore
					failure.order=random                 | order': must be one of [strict, by-key, none], but is 'random'
					failure.order=by-key                 | order': is 'by-key', but events have no key
					failure.isolate=perhaps              | isolate': must be true or false, but is 'perhaps'
					failure.outage.failures=0            | outage.failures': must be from 1 to 10000, but is 0
					failure.outage.pause=0s              | outage.pause': must be from 1ms to 1d, but is 0s
					failure.expire-after=0s              | expire-after': must be from 1ms to 365d, but is 0s
					failure.timeout=0s                   | timeout': must be from 1ms to 365d, but is 0s
					failure.hold=-1s                     | hold': must be from 0s to 365d, but is -1s
					failure.decider=nobody               | decider': names 'nobody', which is no FailureDecider
					failure.retries=3                    | there is no 'retries' of 'genstage.stages.plain.failure'
					""")
	void mustBeSound(String property, String problem) {
		this.books.withPropertyValues("genstage.stages.plain." + property)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining("genstage.stages.plain.failure")
				.hasMessageContaining(problem));
	}

	@Test
	void mustBeSoundInAnnotationsToo() {
		this.books.withBean(Wrong.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"attribute 'failure.maxRetries' must be a whole number from 0 to 1000000, but is 'x'")
				.hasMessageContaining("attribute 'failure.multiplier' must be a number from 1 to 1000, but is 'y'")
				.hasMessageContaining(
						"attribute 'failure.then' names 'drop', which is neither a stage that is an EventQueue")
				.hasMessageContaining("attribute 'failure.outagePause' must be from 1ms to 1d, but is 2d"));
	}

	@Test
	void mustHaveAnEffect() {
		this.books
			.withPropertyValues("genstage.defaults.failure.enabled=false", "genstage.stages.plain.failure.then=skip",
					"genstage.stages.numbers.failure.then=skip", "genstage.stages.marked.failure.enabled=true")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"property 'genstage.stages.plain.failure.then': has no effect without 'failure.enabled'")
				.hasMessageContaining("property 'genstage.stages.numbers.failure': has no effect on a producer"));
		this.books.withBean(Tasks.class)
			.withPropertyValues("genstage.stages.tasks.failure.then=skip",
					"genstage.stages.tasks.task-per-event.restart=transient")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("genstage.stages.tasks.failure.then': has no effect on tasks for each event"));
	}

	@Test
	void mayNameADecider() {
		FailureDecider mine = (event, failure, attempt) -> null;
		this.books.withBean("mine", FailureDecider.class, () -> mine)
			.withPropertyValues("genstage.stages.plain.failure.decider=mine")
			.run((context) -> assertThat(policy(context, "plain").decider()).isSameAs(mine));
	}

	@Test
	void haveAPlaceForDeadLettersWithADesk() {
		this.books.withPropertyValues("genstage.dead-letters.capacity=7").run((context) -> {
			assertThat(context).hasSingleBean(DeadLetterDesk.class);
			assertThat(((MemoryDeadLetterStore) context.getBean(DeadLetterStore.class)).capacity()).isEqualTo(7);
		});
	}

	@Test
	void letTheApplicationKeepDeadLetters() {
		MemoryDeadLetterStore mine = new MemoryDeadLetterStore();
		this.books.withBean(DeadLetterStore.class, () -> mine).run((context) -> {
			assertThat(context).getBean(DeadLetterStore.class).isSameAs(mine);
			assertThat(policy(context, "plain").deadLetters()).isSameAs(mine);
		});
	}

	@Test
	void needOnePlaceForDeadLetters() {
		ApplicationContextRunner two = this.books.withBean("one", DeadLetterStore.class, MemoryDeadLetterStore::new)
			.withBean("two", DeadLetterStore.class, MemoryDeadLetterStore::new);
		two.withPropertyValues("genstage.defaults.failure.then=dead-letter")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("is 'dead-letter', but there is no single DeadLetterStore bean"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0       | must be from 1 to 1000000, but is 0
			1000001 | must be from 1 to 1000000, but is 1000001
			few     | must be a whole number from 1 to 1000000, but is 'few'
			""")
	void mustSayAPossibleCapacity(String capacity, String problem) {
		this.books.withPropertyValues("genstage.dead-letters.capacity=" + capacity)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining("property 'genstage.dead-letters.capacity': " + problem));
	}

	@Test
	void mustSayAPossibleRetention() {
		this.books.withPropertyValues("genstage.dead-letters.retention=3651d")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(StageWiringException.class)
				.hasMessageContaining(
						"property 'genstage.dead-letters.retention': must be from 0s to 3650d, but is 3651d"));
	}

	@Test
	void needADatabaseIfDeadLettersAreToBeKeptThere() {
		ApplicationContextRunner jdbc = this.books.withPropertyValues("genstage.dead-letters.store=jdbc");
		jdbc.run((context) -> assertThat(context).getFailure()
			.isInstanceOf(StageWiringException.class)
			.hasMessageContaining("property 'genstage.dead-letters.store': is 'jdbc', but nothing keeps dead letters "
					+ "in a database: add io.genstage:genstage-jdbc to the class path"));
		jdbc.withBean(DeadLetterStore.class, MemoryDeadLetterStore::new)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static @Nullable FailurePolicy policy(ApplicationContext context, String stage) {
		return TestContexts.registry(context).definition(stage).orElseThrow().options().failure();
	}

	static class Books {

		@Producer
		List<Integer> numbers() {
			return List.of();
		}

		@Consumer(subscribeTo = "numbers")
		void plain(Integer number) {
		}

		@Consumer(subscribeTo = "numbers",
				failure = @Failure(maxRetries = "2", then = "skip", excludes = IOException.class))
		void marked(Integer number) {
		}

	}

	static class Partitioned {

		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "initial")
		List<String> words() {
			return List.of();
		}

		char initial(String word) {
			return word.charAt(0);
		}

		@Consumer(subscribeTo = "words")
		void keyed(String word) {
		}

	}

	static class Wrong {

		@Consumer(subscribeTo = "numbers",
				failure = @Failure(maxRetries = "x", multiplier = "y", then = "drop", outagePause = "2d"))
		void wrong(Integer number) {
		}

	}

	static class Tasks {

		@Consumer(subscribeTo = "numbers", taskPerEvent = @TaskPerEvent)
		void tasks(Integer number) {
		}

	}

	@Consumer(value = "reporting", subscribeTo = "numbers")
	static class Reporting implements ConsumerStage<Integer> {

		@Override
		public boolean reportsHandled() {
			return true;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
		}

	}

}
