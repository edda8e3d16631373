package io.genstage.boot.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.genstage.ConsumerStage;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.boot.Unrestartable;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageState;
import io.genstage.source.EventQueue;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PipelineEventPublisher}.
 */
@Timeout(60)
class PipelineEventPublisherTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withBean(Ear.class)
		.withPropertyValues("genstage.defaults.failure.enabled=false");

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Test
	void tellsOfEachChangeInOrder() {
		Ear ear = new Ear();
		TestContexts.runner()
			.withBean(Ear.class, () -> ear)
			.withPropertyValues("genstage.defaults.failure.enabled=false")
			.withUserConfiguration(Line.class)
			.run((context) -> {
				ear.awaitLast("line: STARTING -> RUNNING", "desk: STARTING -> RUNNING");
				StageRegistry registry = TestContexts.registry(context);
				registry.pause("desk").toCompletableFuture().get(30, TimeUnit.SECONDS);
				// It has nothing in hand, so nobody may see it pausing.
				ear.awaitEndOfLast("-> PAUSED");
				registry.resume("desk").toCompletableFuture().get(30, TimeUnit.SECONDS);
				ear.awaitLast("desk: PAUSED -> RUNNING");
				ear.heard.clear();
			});
		assertThat(ear.heard).startsWith("pipeline line: RUNNING -> DRAINING")
			.endsWith("pipeline line: DRAINING -> COMPLETED", "drained line");
	}

	@Test
	void tellsWhyAStageIsRestarted() {
		this.contextRunner.withUserConfiguration(Line.class).run((context) -> {
			line(context).offer(-1);
			Ear ear = context.getBean(Ear.class);
			String cause = "failure (java.lang.IllegalStateException: negative)";
			ear.await("desk: RUNNING -> RESTARTING, " + cause);
			ear.await("desk: RESTARTING -> STARTING, " + cause);
			line(context).offer(2);
			TestContexts.sink(context).awaitExactly(2);
		});
	}

	@Test
	void tellsWhyAStageHasFailed() {
		this.contextRunner.withUserConfiguration(Line.class, Broken.class).run((context) -> {
			line(context).offer(1);
			Ear ear = context.getBean(Ear.class);
			ear.await("broken: RUNNING -> FAILED, failure (java.lang.IllegalStateException: no 1)");
			ear.await("pipeline line: RUNNING -> FAILED");
			TestContexts.awaitState(context, PipelineState.FAILED);
		});
	}

	@Test
	void goesOnWhenAListenerThrows() {
		this.contextRunner.withUserConfiguration(Line.class).withBean(Thrower.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Thrower.class).thrown).isTrue();
			line(context).offer(1);
			TestContexts.sink(context).awaitExactly(1);
		});
	}

	@Test
	void letsAListenerChangeThePipeline() {
		this.contextRunner.withUserConfiguration(Line.class).withBean(Pauser.class).run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			Awaitility.await().until(() -> registry.stage("desk").orElseThrow().state() == StageState.PAUSED);
		});
	}

	@Test
	void tellsPipelineListenersOfTheApplicationToo() {
		Ear ear = new Ear();
		PipelineListener listener = new PipelineListener() {
			@Override
			public void onStageChange(StageChange change) {
				ear.on(change);
			}
		};
		this.contextRunner.withUserConfiguration(Line.class)
			.withBean("mine", PipelineListener.class, () -> listener)
			.run((context) -> ear.await("desk: STARTING -> RUNNING"));
	}

	@Test
	void backsOff() {
		PipelineListener silent = new PipelineListener() {
		};
		this.contextRunner.withUserConfiguration(Line.class)
			.withBean("genstageEventPublisher", PipelineListener.class, () -> silent)
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.RUNNING);
				assertThat(context.getBean(Ear.class).heard).isEmpty();
			});
	}

	@SuppressWarnings("unchecked") // it is one of numbers
	private static EventQueue<Integer> line(ApplicationContext context) {
		return context.getBean("line", EventQueue.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Line {

		@Bean
		@Producer
		EventQueue<Integer> line() {
			return new EventQueue<>(100);
		}

		@Bean
		@Consumer(subscribeTo = "line")
		ConsumerStage<Integer> desk(Sink sink) {
			return (events, from) -> {
				if (events.get(0) < 0) {
					throw new IllegalStateException("negative");
				}
				events.forEach(sink::add);
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Broken {

		@Bean
		@Consumer(subscribeTo = "line", maxDemand = 1001)
		ConsumerStage<Integer> broken() {
			return new Unrestartable();
		}

	}

	static class Ear {

		private final List<String> heard = new CopyOnWriteArrayList<>();

		@EventListener
		void on(StageChange change) {
			this.heard.add("%s: %s -> %s%s".formatted(change.stage(), change.from(), change.to(),
					(change.cause() != null) ? ", " + change.cause() : ""));
		}

		@EventListener
		void on(PipelineChange change) {
			this.heard.add("pipeline %s: %s -> %s".formatted(change.pipeline(), change.from(), change.to()));
		}

		@EventListener
		void on(DrainReport report) {
			this.heard.add("drained " + report.pipeline());
		}

		void await(String expected) {
			Awaitility.await().untilAsserted(() -> assertThat(this.heard).contains(expected));
		}

		void awaitEndOfLast(String expected) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.heard).last(InstanceOfAssertFactories.STRING).endsWith(expected));
		}

		void awaitLast(String... expected) {
			Awaitility.await().untilAsserted(() -> assertThat(this.heard).endsWith(expected));
		}

	}

	static class Thrower {

		private final AtomicBoolean thrown = new AtomicBoolean();

		@EventListener
		void on(StageChange change) {
			this.thrown.set(true);
			throw new IllegalStateException("planted");
		}

	}

	static class Pauser {

		private final StageRegistry registry;

		Pauser(StageRegistry registry) {
			this.registry = registry;
		}

		@EventListener
		void on(PipelineChange change) {
			if (change.to() == PipelineState.RUNNING) {
				this.registry.pause("desk");
			}
		}

	}

}
