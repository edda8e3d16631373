package io.genstage.boot.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.Sink;
import io.genstage.boot.SuspendingProducer;
import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is processed ahead of time.
 */
class AheadOfTimeTests {

	private static final String[] PROPERTIES = { "genstage.stages.orders.dispatcher=partition",
			"genstage.stages.orders.partitions=2", "genstage.stages.orders.partition-by=customer" };

	private final GenerationContext generation = new DefaultGenerationContext(
			new ClassNameGenerator(ClassName.get(Shop.class)), new InMemoryGeneratedFiles());

	@Test
	void hintsAtMethodsAndEvents() {
		process();
		var hints = this.generation.getRuntimeHints();
		for (String method : List.of("ids", "archive", "initial", "inherited")) {
			var found = Objects.requireNonNull(ReflectionUtils.findMethod(Stages.class, method, (Class<?>[]) null));
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(found)).accepts(hints);
		}
		var customer = Objects.requireNonNull(ReflectionUtils.findMethod(Order.class, "customer"));
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(customer)).accepts(hints);
	}

	@Test
	void hintsAtEventsOfSuspendFunctions() {
		process();
		var address = Objects.requireNonNull(ReflectionUtils.findMethod(SuspendingProducer.Parcel.class, "getAddress"));
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(address))
			.accepts(this.generation.getRuntimeHints());
	}

	private void process() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(PROPERTIES).applyTo(context);
			context.register(Shop.class);
			new ApplicationContextAotGenerator().processAheadOfTime(context, this.generation);
		}
	}

	record Order(String id, String customer) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	@Import({ Stages.class, Sink.class, SuspendingProducer.class })
	static class Shop {

		@Bean
		@Producer
		Stream<Order> orders() {
			return Stream.of(new Order("1", "Ada"), new Order("2", "Bob"));
		}

	}

	static class Parent {

		protected boolean inherited(String id) {
			return id.isEmpty();
		}

	}

	static class Stages extends Parent {

		private final Sink sink;

		Stages(Sink sink) {
			this.sink = sink;
		}

		@ProducerConsumer(subscribeTo = "orders", concurrency = 2)
		Optional<String> ids(Order order) {
			return Optional.of(order.id());
		}

		@Consumer(subscribeTo = "ids")
		void archive(String id) {
			this.sink.add(id);
		}

		char initial(String id) {
			return id.charAt(0);
		}

	}

}
