package io.genstage.boot;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ExitReason;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.PipelineState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages that are annotated methods of beans.
 */
class AnnotatedMethodTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	@Nested
	class ThatProduce {

		@Test
		void takeNothingAndReturnOneEventOrNull() {
			run(OneByOne.class, "a", "b");
		}

		@Test
		void takeNothingAndReturnAnOptional() {
			run(OptionalEvents.class, "a", "b");
		}

		@Test
		void takeTheDemandAsAnIntAndReturnACollection() {
			run(IntDemand.class, 10, 10);
		}

		@Test
		void takeTheDemandAsALongAndReturnAStream() {
			run(LongDemand.class, 10L, "a");
		}

		@Test
		void returnAStreamThatIsPulledAndClosed() {
			AnnotatedMethodTests.this.contextRunner.withBean(OneStream.class).withBean(Keep.class).run((context) -> {
				TestContexts.sink(context).awaitExactly("a", "b");
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(context.getBean(OneStream.class).closed).hasValue(1);
			});
		}

		private void run(Class<?> producer, Object... expected) {
			AnnotatedMethodTests.this.contextRunner.withBean(producer)
				.withBean(Keep.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(expected));
		}

	}

	@Nested
	class ThatProduceAndConsume {

		@Test
		void returnOneEventOrNull() {
			run(OneOrNull.class, 2);
		}

		@Test
		void returnAnOptional() {
			run(OptionalResult.class, 2);
		}

		@Test
		void returnACollection() {
			run(CollectionResult.class, 1, 2, 2);
		}

		@Test
		void returnASetThatIsNoList() {
			run(SetResult.class, 1, 2);
		}

		@Test
		void returnAStreamWhichIsClosed() {
			AnnotatedMethodTests.this.contextRunner.withBean(Numbers.class)
				.withBean(StreamResult.class)
				.withBean(Keep.class)
				.run((context) -> {
					TestContexts.sink(context).awaitExactly(1, 2, 2);
					assertThat(context.getBean(StreamResult.class).closed).hasValue(2);
				});
		}

		@Test
		void returnAPrimitiveStream() {
			run(IntStreamResult.class, 1, 2, 2);
		}

		@Test
		void takeAListAndReturnAList() {
			run(Batch.class, "2 events");
		}

		@Test
		void takeTheSubscriptionWithTheEvents() {
			run(WithSubscription.class, "1 for events", "2 for events");
		}

		private void run(Class<?> producerConsumer, Object... expected) {
			AnnotatedMethodTests.this.contextRunner.withBean(Numbers.class)
				.withBean(producerConsumer)
				.withBean(Keep.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(expected));
		}

	}

	@Nested
	class ThatConsume {

		@Test
		void takeOneEvent() {
			run(TakesOne.class, 1, 2);
		}

		@Test
		void takeAList() {
			run(TakesList.class, List.of(1, 2));
		}

		@Test
		void takeACollection() {
			run(TakesCollection.class, 2);
		}

		@Test
		void takeTheSubscriptionFirst() {
			run(TakesSubscription.class, "numbers", 1, "numbers", 2);
		}

		@Test
		void mustNotBePrivate() {
			AnnotatedMethodTests.this.contextRunner.withBean(Numbers.class)
				.withBean("keeper", PrivateMethod.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessage("@Consumer method 'PrivateMethod.keep' of bean 'keeper': it is private, "
							+ "where no proxy can reach it: make it package-private"));
		}

		@Test
		void mayBeOverloadedWhereOnlyOneIsAnnotated() {
			run(Overloaded.class, 1, 2);
		}

		@Test
		void mayBeStatic() {
			run(StaticMethod.class, 1, 2);
		}

		@Test
		void mayBeInherited() {
			run(Inheriting.class, 1, 2);
		}

		@Test
		void mayBeOfAnInterface() {
			run(Implementing.class, 1, 2);
		}

		@Test
		void knowTheirTypeFromAGenericSuperclass() {
			run(TakesListByTypeArgument.class, List.of(1, 2));
		}

		private void run(Class<?> consumer, Object... expected) {
			AnnotatedMethodTests.this.contextRunner.withBean(Numbers.class)
				.withBean(consumer)
				.run((context) -> TestContexts.sink(context).awaitExactly(expected));
		}

	}

	@Nested
	class WithAnEventOfAnotherType {

		@Test
		void failAndTellMethodAndType() {
			AnnotatedMethodTests.this.contextRunner.withBean(Unknown.class)
				.withBean(TakesText.class)
				.withPropertyValues("genstage.defaults.failure.enabled=false")
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.FAILED);
					assertThat(TestContexts.registry(context).stage("text").orElseThrow().numbers().exit())
						.isInstanceOfSatisfying(ExitReason.Failure.class, (failure) -> assertThat(failure.cause())
							.hasMessage(
									"method 'void text(String)' was called with java.lang.Integer: argument type mismatch"));
				});
		}

	}

	static class Keep {

		private final Sink sink;

		Keep(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "events")
		void keep(Object event) {
			this.sink.add(event);
		}

	}

	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return Stream.of(1, 2);
		}

	}

	/**
	 * Goes on, so that a consumer can fail too often to be restarted, and doesn't say
	 * what it emits.
	 */
	static class Unknown {

		@Producer
		List<?> numbers() {
			return List.of(1);
		}

	}

	static class OneByOne {

		private final Deque<String> left = new ArrayDeque<>(List.of("a", "b"));

		@Producer
		String events() {
			return this.left.poll();
		}

	}

	static class OptionalEvents {

		private final Deque<String> left = new ArrayDeque<>(List.of("a", "b"));

		@Producer
		Optional<String> events() {
			return Optional.ofNullable(this.left.poll());
		}

	}

	static class IntDemand {

		private boolean done;

		@Producer
		Collection<Integer> events(int demand) {
			if (this.done) {
				return Set.of();
			}
			this.done = true;
			int tenth = demand / 100;
			return List.of(tenth, tenth);
		}

	}

	static class LongDemand {

		private boolean done;

		@Producer
		Stream<Object> events(Long demand) {
			if (this.done) {
				return null;
			}
			this.done = true;
			return Stream.of(demand / 100, "a");
		}

	}

	static class OneStream {

		final AtomicInteger closed = new AtomicInteger();

		@Producer
		Stream<String> events() {
			return Stream.of("a", "b").onClose(this.closed::incrementAndGet);
		}

	}

	static class OneOrNull {

		@ProducerConsumer(subscribeTo = "numbers")
		Integer events(int number) {
			return (number == 2) ? number : null;
		}

	}

	static class OptionalResult {

		@ProducerConsumer(subscribeTo = "numbers")
		Optional<Integer> events(Integer number) {
			return Optional.of(number).filter((event) -> event == 2);
		}

	}

	static class CollectionResult {

		@ProducerConsumer(subscribeTo = "numbers")
		Collection<Integer> events(long number) {
			return IntStream.range(0, (int) number).mapToObj((index) -> (int) number).toList();
		}

	}

	static class SetResult {

		@ProducerConsumer(subscribeTo = "numbers")
		Set<Integer> events(int number) {
			return Set.of(number);
		}

	}

	static class StreamResult {

		final AtomicInteger closed = new AtomicInteger();

		@ProducerConsumer(subscribeTo = "numbers")
		Stream<Integer> events(int number) {
			return IntStream.range(0, number).mapToObj((index) -> number).onClose(this.closed::incrementAndGet);
		}

	}

	static class IntStreamResult {

		@ProducerConsumer(subscribeTo = "numbers")
		IntStream events(int number) {
			return IntStream.range(0, number).map((index) -> number);
		}

	}

	static class Batch {

		@ProducerConsumer(subscribeTo = "numbers")
		List<String> events(List<Integer> numbers) {
			return List.of(numbers.size() + " events");
		}

	}

	static class WithSubscription {

		@ProducerConsumer(subscribeTo = "numbers")
		String events(int number, Subscription from) {
			return number + " for " + from.consumer().name();
		}

	}

	static class TakesOne {

		private final Sink sink;

		TakesOne(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		public void keep(int number) {
			this.sink.add(number);
		}

	}

	static class TakesList {

		private final Sink sink;

		TakesList(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(List<Integer> numbers) {
			this.sink.add(numbers);
		}

	}

	static class TakesCollection {

		private final Sink sink;

		TakesCollection(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Collection<Integer> numbers) {
			this.sink.add(numbers.size());
		}

	}

	static class TakesSubscription {

		private final Sink sink;

		TakesSubscription(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Subscription from, Integer number) {
			this.sink.add(from.producer().name());
			this.sink.add(number);
		}

	}

	static class PrivateMethod {

		@Consumer(subscribeTo = "numbers")
		private void keep(int number) {
		}

	}

	static final class Overloaded {

		private final Sink sink;

		Overloaded(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(int number) {
			this.sink.add(number);
		}

		void keep(String text) {
			this.sink.add(text);
		}

	}

	static class StaticMethod {

		private static Sink sink;

		StaticMethod(Sink sink) {
			StaticMethod.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		static void keep(int number) {
			sink.add(number);
		}

	}

	static class Inheriting extends TakesOne {

		Inheriting(Sink sink) {
			super(sink);
		}

	}

	interface Keeping {

		@Consumer(subscribeTo = "numbers")
		void keep(int number);

	}

	static class Implementing implements Keeping {

		private final Sink sink;

		Implementing(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void keep(int number) {
			this.sink.add(number);
		}

	}

	abstract static class TakesTypeArgument<T> {

		private final Sink sink;

		TakesTypeArgument(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(T event) {
			this.sink.add(event);
		}

	}

	static class TakesListByTypeArgument extends TakesTypeArgument<List<Integer>> {

		TakesListByTypeArgument(Sink sink) {
			super(sink);
		}

	}

	static class TakesText {

		@Consumer(subscribeTo = "numbers")
		void text(String event) {
		}

	}

}
