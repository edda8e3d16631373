package io.genstage.boot;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.StageDefinition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages that are annotated classes.
 */
class AnnotatedClassTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Nested
	class OfTheCoreInterfaces {

		private final ApplicationContextRunner contextRunner = AnnotatedClassTests.this.contextRunner
			.withUserConfiguration(Scanning.class);

		@Test
		void areFoundByComponentScanAndRun() {
			this.contextRunner.run((context) -> TestContexts.sink(context).awaitExactly("A", "B", "C"));
		}

		@Test
		void giveTheirNameToTheBean() {
			this.contextRunner.run((context) -> assertThat(context).hasBean("alphabet").hasBean("capitals"));
		}

		@Test
		void areNamedByNameOrValueOrElseAsTheBean() {
			this.contextRunner.run((context) -> assertThat(TestContexts.registry(context).definitions())
				.extracting(StageDefinition::name)
				.containsExactly("alphabet", "capitals", "collector"));
		}

		@Test
		void haveTheLimitsOfTheirAnnotation() {
			this.contextRunner.run((context) -> {
				List<StageDefinition> stages = TestContexts.registry(context).definitions();
				assertThat(stages.get(0).options().bufferSize()).isEqualTo(7);
				EdgeDefinition edge = stages.get(2).producers().get(0);
				assertThat(edge.options().maxDemand()).isEqualTo(4);
				assertThat(edge.options().minDemand()).isEqualTo(2);
			});
		}

	}

	@Nested
	class OfPlainInterfaces {

		@Test
		void areAnIterableAFunctionAndAConsumer() {
			AnnotatedClassTests.this.contextRunner.withUserConfiguration(Vowels.class, Shout.class, Keep.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("A!", "E!"));
		}

	}

	@Nested
	class WithInheritance {

		@Test
		void followTheAnnotationOfTheSubclass() {
			AnnotatedClassTests.this.contextRunner.withUserConfiguration(Vowels.class, Shout.class, KeepQuiet.class)
				.run((context) -> {
					TestContexts.sink(context).awaitExactly("a", "e");
					assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
						.containsExactly("vowels", "shout", "quiet");
				});
		}

		@Test
		void mayComposeAnAnnotationOfTheirOwn() {
			AnnotatedClassTests.this.contextRunner.withUserConfiguration(Vowels.class, KeepAll.class).run((context) -> {
				TestContexts.sink(context).awaitExactly("a", "e");
				EdgeDefinition edge = TestContexts.registry(context).definitions().get(1).producers().get(0);
				assertThat(edge.options().maxDemand()).isEqualTo(5);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ComponentScan("io.genstage.boot.scanned")
	static class Scanning {

	}

	@Producer("vowels")
	static class Vowels implements Iterable<String> {

		@Override
		public Iterator<String> iterator() {
			return List.of("a", "e").iterator();
		}

	}

	@ProducerConsumer(name = "shout", subscribeTo = "vowels")
	static class Shout implements Function<String, String> {

		@Override
		public String apply(String event) {
			return event.toUpperCase(Locale.ROOT) + "!";
		}

	}

	@Consumer(name = "keep", subscribeTo = "shout")
	static class Keep implements java.util.function.Consumer<String> {

		private final Sink sink;

		Keep(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void accept(String event) {
			this.sink.add(event);
		}

	}

	@Consumer(name = "quiet", subscribeTo = "shout")
	static class KeepQuiet extends Keep {

		KeepQuiet(Sink sink) {
			super(sink);
		}

		@Override
		public void accept(String event) {
			super.accept(event.substring(0, 1).toLowerCase(Locale.ROOT));
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Consumer(subscribeTo = "vowels", maxDemand = 5)
	@interface VowelConsumer {

		@AliasFor(annotation = Consumer.class, attribute = "name")
		String value();

	}

	@VowelConsumer("all")
	static class KeepAll implements java.util.function.Consumer<String> {

		private final Sink sink;

		KeepAll(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void accept(String event) {
			this.sink.add(event);
		}

	}

}
