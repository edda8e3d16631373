package io.genstage.source;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Elements of sequences, and whether they are known to be there.
 */
class ElementsTests {

	static Stream<Arguments> sequences() {
		List<Integer> list = List.of(1, 2);
		return Stream.of(arguments("list", true, Elements.of(list)), arguments("set", true, Elements.of(Set.of(1))),
				arguments("queue", true, Elements.of(new ArrayDeque<>(list))),
				arguments("stream of a list", true, Elements.of(list.stream())),
				arguments("stream of an array", true, Elements.of(Arrays.stream(new Integer[] { 1, 2 }))),
				arguments("stream of numbers of an array", true, Elements.of(IntStream.of(1, 2))),
				arguments("no element", true, Elements.of(Stream.empty())),
				arguments("iterable", false, Elements.of((Iterable<Integer>) list::iterator)),
				arguments("iterator", false, Elements.of(list.iterator())),
				arguments("stream with steps", false, Elements.of(list.stream().map((number) -> number + 1))),
				arguments("stream with steps that keep its size", false, Elements.of(IntStream.of(1, 2).boxed())),
				arguments("lines", false, Elements.of("a%nb".formatted().lines())),
				arguments("generated", false, Elements.of(Stream.generate(() -> 1))),
				arguments("two streams", false,
						Elements.of(Stream.concat(list.stream(), list.stream().map((number) -> number + 1)))),
				arguments("unsized spliterator", false, Elements.of(StreamSupport
					.stream(Spliterators.spliteratorUnknownSize(list.iterator(), Spliterator.ORDERED), false))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("sequences")
	void areReadyIfTheyAreThoseOfACollectionOrAnArray(String name, boolean ready, Elements<?> elements) {
		assertThat(elements.isReady()).isEqualTo(ready);
	}

	@Test
	void endWithNull() {
		Elements<Integer> elements = Elements.of(List.of(1, 2));
		assertThat(elements.next()).isEqualTo(1);
		assertThat(elements.next()).isEqualTo(2);
		assertThat(elements.next()).isNull();
	}

	@Test
	void areNumbersOfAnyKind() {
		Elements<Integer> ints = Elements.of(IntStream.of(1));
		Elements<Long> longs = Elements.of(LongStream.of(2));
		Elements<Double> doubles = Elements.of(DoubleStream.of(3));
		assertThat(ints.next()).isEqualTo(1);
		assertThat(longs.next()).isEqualTo(2L);
		assertThat(doubles.next()).isEqualTo(3.0);
	}

	@Test
	void nameTheFirstNullByItsPosition() {
		Elements<String> elements = Elements.of(Arrays.asList("a", null));
		elements.next();
		assertThatIllegalStateException().isThrownBy(elements::next)
			.withMessage("element 2 is null: leave it out for no event");
	}

	@Test
	void areNoneOfAStreamThatWasRead() {
		AtomicInteger closed = new AtomicInteger();
		Stream<String> stream = Stream.of("a").onClose(closed::incrementAndGet);
		stream.iterator();
		assertThatIllegalStateException().isThrownBy(() -> Elements.of(stream))
			.withMessage("a stream can be read only once, and this one has been read or closed: "
					+ "let there be a new stream for each start of the stage");
		assertThat(closed).hasValue(1);
	}

}
