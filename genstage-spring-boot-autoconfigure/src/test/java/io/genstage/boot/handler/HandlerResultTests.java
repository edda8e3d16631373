package io.genstage.boot.handler;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.buffer.EventList;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The one rule for what a handler may return.
 */
class HandlerResultTests {

	@Nested
	class Values {

		@Test
		void areOneEvent() throws Exception {
			assertThat(events("a")).containsExactly("a");
			assertThat(events(Path.of("a", "b"))).containsExactly(Path.of("a", "b"));
		}

		@Test
		void areNoEvent() throws Exception {
			assertThat(events(null)).isEmpty();
			assertThat(events(Optional.empty())).isEmpty();
		}

		@Test
		void areSeveralEvents() throws Exception {
			assertThat(events(Optional.of("a"))).containsExactly("a");
			assertThat(events(List.of("a", "b"))).containsExactly("a", "b");
			assertThat(events(Set.of("a"))).containsExactly("a");
			assertThat(events(new String[] { "a", "b" })).containsExactly("a", "b");
			assertThat(events(IntStream.of(1, 2))).containsExactly(1, 2);
		}

		@Test
		void areNotCopiedIfNobodyCanChangeThem() throws Exception {
			EventList<String> unchanging = EventList.copyOf(List.of("a", "b"));
			assertThat(events(unchanging)).isSameAs(unchanging);
		}

		@Test
		void areOneEventIfTheyAreAnArrayOfPrimitives() throws Exception {
			byte[] payload = { 1, 2 };
			assertThat(events(payload)).containsExactly(payload);
		}

		@Test
		void areSeveralEventsIfTheyAreDeclaredAsAnIterable() throws Exception {
			Iterable<String> letters = () -> List.of("a", "b").iterator();
			assertThat(result("iterable").events(letters)).containsExactly("a", "b");
			assertThat(result("laterIterable").events(CompletableFuture.completedFuture(letters))).containsExactly("a",
					"b");
			assertThat(events(letters)).containsExactly(letters);
		}

		@Test
		void areClosedIfTheyAreAStreamEvenOneThatFails() {
			AtomicBoolean closed = new AtomicBoolean();
			Stream<Object> failing = Stream.<Object>generate(() -> {
				throw new IllegalStateException("broken");
			}).onClose(() -> closed.set(true));
			assertThatIllegalStateException().isThrownBy(() -> events(failing)).withMessage("broken");
			assertThat(closed).isTrue();
		}

	}

	@Nested
	class ValuesOfHandlersOfOneEvent {

		private final EventList.Builder<Object> events = new EventList.Builder<>(2);

		@Test
		void areAddedOneByOneWhateverTheyStandFor() throws Exception {
			HandlerResult result = HandlerResult.of(ResolvableType.NONE);
			for (Object value : Arrays.asList("a", "b", null, List.of("c", "d"), 1, "e", Optional.empty(),
					CompletableFuture.completedFuture("f"), Mono.just("g"), Flux.just("h", "i"), new Object[] { "j" },
					Stream.of("k"), Path.of("l"), "m")) {
				result.addTo(this.events::add, value);
			}
			assertThat(this.events.build()).containsExactly("a", "b", "c", "d", 1, "e", "f", "g", "h", "i", "j", "k",
					Path.of("l"), "m");
		}

		@Test
		void areSeveralEventsIfTheyAreDeclaredAsAnIterable() throws Exception {
			Iterable<String> letters = () -> List.of("a", "b").iterator();
			result("iterable").addTo(this.events::add, letters);
			assertThat(this.events.build()).containsExactly("a", "b");
		}

		@Test
		void mustNotHaveNullAmongThem() {
			assertThatIllegalStateException()
				.isThrownBy(
						() -> HandlerResult.of(ResolvableType.NONE).addTo(this.events::add, Arrays.asList("a", null)))
				.withMessage("element 2 of what the handler of an event returned is null: leave it out for no event");
			assertThat(this.events.build()).containsExactly("a");
		}

		@Test
		void areAddedUpToAFailure() {
			Stream<String> failing = Stream.of("a", "b").peek((letter) -> {
				if (letter.equals("b")) {
					throw new IllegalStateException("broken");
				}
			});
			assertThatIllegalStateException()
				.isThrownBy(() -> HandlerResult.of(ResolvableType.NONE).addTo(this.events::add, failing))
				.withMessage("broken");
			assertThat(this.events.build()).containsExactly("a");
		}

	}

	@Nested
	class ValuesThatComeLater {

		@AfterEach
		void leavesNoInterrupt() {
			assertThat(Thread.interrupted()).isFalse();
		}

		@Test
		void areAwaited() throws Exception {
			assertThat(events(CompletableFuture.supplyAsync(() -> List.of("a", "b")))).containsExactly("a", "b");
			assertThat(events(CompletableFuture.completedStage(Stream.of("a")))).containsExactly("a");
			assertThat(events(CompletableFuture.completedStage(null))).isEmpty();
			assertThat(events(CompletableFuture.completedStage(CompletableFuture.completedStage("a"))))
				.containsExactly("a");
		}

		@Test
		void areAwaitedIfTheyAreReactive() throws Exception {
			assertThat(events(Mono.fromSupplier(() -> "a"))).containsExactly("a");
			assertThat(events(Mono.just(List.of("a", "b")))).containsExactly("a", "b");
			assertThat(events(Mono.empty())).isEmpty();
			assertThat(events(Flux.just("a", "b").hide())).containsExactly("a", "b");
			assertThat(events(Flux.just(List.of("a", "b")))).containsExactly(List.of("a", "b"));
			assertThat(events(Flowable.just("a", "b"))).containsExactly("a", "b");
			assertThat(events(Single.just("a"))).containsExactly("a");
			assertThat(events(Completable.complete())).isEmpty();
		}

		@Test
		void failWithTheirCause() {
			IllegalStateException failure = new IllegalStateException("broken");
			CompletableFuture<Object> chained = CompletableFuture.failedFuture(failure).thenApply((value) -> value);
			for (Object failed : Arrays.asList(CompletableFuture.failedFuture(failure), chained, Mono.error(failure),
					Flux.error(failure), Single.error(failure))) {
				assertThatIllegalStateException().isThrownBy(() -> events(failed)).isSameAs(failure);
			}
		}

		@Test
		void failIfTheyAreCancelled() {
			CompletableFuture<Object> cancelled = new CompletableFuture<>();
			cancelled.cancel(false);
			assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> events(cancelled));
		}

		@Test
		void areCancelledByAnInterruptWhichStays() {
			CompletableFuture<Object> never = new CompletableFuture<>();
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> events(never));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(never).isCancelled();
		}

		@Test
		void areCancelledByAnInterruptIfTheyAreReactive() {
			AtomicBoolean cancelled = new AtomicBoolean();
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> events(Mono.never().doOnCancel(() -> cancelled.set(true))));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(cancelled).isTrue();
		}

	}

	@Nested
	class Types {

		@ParameterizedTest(name = "{0} is {1}")
		@CsvSource(delimiter = '|', textBlock = """
				one           | java.lang.String
				primitive     | int
				list          | java.lang.String
				optional      | java.lang.String
				stream        | java.lang.String
				intStream     | java.lang.Integer
				array         | java.lang.String
				bytes         | byte[]
				iterable      | java.lang.String
				laterIterable | java.lang.String
				laterList     | java.util.List<java.lang.String>
				mono          | java.lang.String
				monoOfList    | java.lang.String
				flux          | java.util.List<java.lang.String>
				single        | java.lang.String
				anything      | ?
				unknown       | ?
				""")
		void tellTheTypeOfTheEvents(String method, String expected) {
			assertThat(result(method).eventType()).hasToString(expected);
		}

		@ParameterizedTest(name = "{0}: nothing {1}, something {2}")
		@CsvSource(delimiter = '|', textBlock = """
				nothing      | true  | false
				laterNothing | true  | false
				monoVoid     | true  | false
				completable  | true  | false
				wildcard     | false | false
				anything     | false | false
				one          | false | true
				list         | false | true
				later        | false | true
				""")
		void tellWhetherThereAreAny(String method, boolean nothing, boolean something) {
			assertThat(result(method).isNothing()).isEqualTo(nothing);
			assertThat(result(method).isSomething()).isEqualTo(something);
		}

	}

	private static List<Object> events(Object value) throws Exception {
		return HandlerResult.of(ResolvableType.NONE).events(value);
	}

	private static HandlerResult result(String method) {
		Method declared = ReflectionUtils.findMethod(Declared.class, method);
		return HandlerResult.of(ResolvableType.forMethodReturnType(declared));
	}

	interface Declared<T> {

		void nothing();

		CompletionStage<Void> laterNothing();

		Mono<Void> monoVoid();

		Completable completable();

		CompletableFuture<?> wildcard();

		Object anything();

		T unknown();

		String one();

		int primitive();

		List<String> list();

		Optional<String> optional();

		Stream<String> stream();

		IntStream intStream();

		String[] array();

		byte[] bytes();

		Iterable<String> iterable();

		CompletionStage<Iterable<String>> laterIterable();

		CompletableFuture<List<List<String>>> laterList();

		CompletableFuture<String> later();

		Mono<String> mono();

		Mono<List<String>> monoOfList();

		Flux<List<String>> flux();

		Single<String> single();

	}

}
