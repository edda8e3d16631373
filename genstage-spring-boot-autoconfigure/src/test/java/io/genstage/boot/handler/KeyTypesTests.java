package io.genstage.boot.handler;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which declared types can be keys.
 */
class KeyTypesTests {

	@ParameterizedTest
	@MethodSource("possible")
	void canBeKeys(Method key) {
		assertThat(KeyTypes.problem(ResolvableType.forMethodReturnType(key))).isNull();
	}

	@ParameterizedTest
	@MethodSource("impossible")
	void canNotBeKeys(Method key) {
		assertThat(KeyTypes.problem(ResolvableType.forMethodReturnType(key))).isNotBlank();
	}

	static List<Method> possible() {
		return List.of(Possible.class.getDeclaredMethods());
	}

	static List<Method> impossible() {
		return Arrays.stream(Impossible.class.getDeclaredMethods()).toList();
	}

	interface Possible<T> {

		int number();

		Long boxed();

		String text();

		Object anything();

		T unknown();

		CharSequence characters();

		Number anyNumber();

		BigDecimal decimal();

		UUID uuid();

		DayOfWeek constant();

		LocalDate date();

		Class<?> type();

		Identifier record();

		Comparable<?> comparable();

		byte[] bytes();

		String[][] arrays();

		List<String> list();

		Set<?> set();

		Collection<Identifier> collection();

		Map<String, List<Integer>> map();

		Map.Entry<String, Long> entry();

		Optional<String> optional();

		Optional<?> optionalOfAnything();

	}

	interface Impossible {

		Stream<String> stream();

		IntStream numbers();

		Iterator<String> iterator();

		CompletableFuture<String> future();

		CompletionStage<String> completion();

		Future<String> oldFuture();

		Mono<String> mono();

		Flux<String> flux();

		Flow.Publisher<String> publisher();

		Supplier<String> supplier();

		Runnable task();

		Comparator<String> comparator();

		java.io.InputStream input();

		java.io.Reader reader();

		StringBuilder builder();

		AtomicLong counter();

		Thread thread();

		Void nothing();

		List<byte[]> listOfArrays();

		Optional<int[]> optionalOfAnArray();

		Map<String, long[]> mapOfArrays();

		List<Set<byte[]>> nestedLists();

		Optional<Stream<String>> optionalOfAStream();

		Stream<String>[] arrayOfStreams();

		StringBuilder[] arrayOfBuilders();

	}

	record Identifier(String value) {
	}

}
