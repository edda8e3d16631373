package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which members of a call are meant by what its handler names.
 */
class MembersTests {

	private static int[] find(List<?> call, @Nullable Object... names) {
		return Members.find(call, Arrays.asList(names));
	}

	@Test
	void areFoundInAnyOrder() {
		assertThat(find(List.of("a", "b", "c"), "c", "a", "b")).containsExactly(2, 0, 1);
	}

	@Test
	void areFoundWhenSomeAreLeftOut() {
		assertThat(find(List.of("a", "b", "c", "d"), "a", "d")).containsExactly(0, 3);
	}

	@Test
	void areCountedWhenTheyAreAlike() {
		assertThat(find(List.of(1, 1, 2), 1, 1, 2)).containsExactly(0, 1, 2);
		assertThat(find(List.of(1, 1, 2), 2, 1, 1)).containsExactly(2, 0, 1);
	}

	@Test
	void areRepeatedOnlyBeyondTheirNumber() {
		assertThat(find(List.of(1, 1, 2), 1, 1, 1)).containsExactly(0, 1, Members.REPEATED);
	}

	@Test
	void areCountedWhenTheyAreOneObject() {
		Object same = new Object();
		assertThat(find(List.of(same, same), same)).containsExactly(0);
		assertThat(find(List.of(same, same), same, same)).containsExactly(0, 1);
		assertThat(find(List.of(same, same), same, same, same)).containsExactly(0, 1, Members.REPEATED);
	}

	@Test
	void areFoundByIdentityAmongEqualOnes() {
		Order first = new Order("a");
		Order second = new Order("a");
		assertThat(find(List.of(first, second), second)).containsExactly(1);
		assertThat(find(List.of(first, second), second, first)).containsExactly(1, 0);
	}

	@Test
	void areFoundByEqualsWhenNoneIsTheVeryObject() {
		assertThat(find(List.of(new Order("a"), new Order("b"), new Order("a")), new Order("a"), new Order("a"),
				new Order("b")))
			.containsExactly(0, 2, 1);
	}

	@Test
	void leaveToTheVeryObjectsWhatIsTheirs() {
		Order first = new Order("a");
		Order second = new Order("a");
		assertThat(find(List.of(first, second), new Order("a"), first)).containsExactly(1, 0);
	}

	@Test
	void areFoundByEqualsWhenAnObjectIsNamedMoreOftenThanItIsThere() {
		Order first = new Order("a");
		assertThat(find(List.of(first, new Order("a")), first, first)).containsExactly(0, 1);
	}

	@Test
	void areNotFoundForStrangersAndNull() {
		assertThat(find(List.of("a"), "x", null, "a")).containsExactly(Members.FOREIGN, Members.FOREIGN, 0);
		assertThat(find(List.of(), "x")).containsExactly(Members.FOREIGN);
	}

	@Test
	void areFoundWhenTheyAreBoxedAgain() {
		List<Integer> call = boxed();
		List<Integer> again = boxed();
		assertThat(again.get(500)).isNotSameAs(call.get(500));
		Collections.shuffle(again, new Random(7));
		assertThat(Members.find(call, again))
			.containsExactly(again.stream().mapToInt((number) -> number - 1000).toArray());
	}

	private static List<Integer> boxed() {
		return new ArrayList<>(IntStream.range(1000, 2000).boxed().toList());
	}

	@Test
	void areNeverComparedWhenTheyAreNamedInOrder() {
		AtomicInteger compared = new AtomicInteger();
		List<Counted> call = counted(1000, compared);
		assertThat(Members.find(call, call)).containsExactly(IntStream.range(0, 1000).toArray());
		assertThat(compared).hasValue(0);
	}

	@Test
	void areComparedAFewTimesEachWhenTheyAreCopies() {
		AtomicInteger compared = new AtomicInteger();
		List<Counted> copies = counted(1000, compared);
		Collections.reverse(copies);
		int[] expected = IntStream.range(0, 1000).map((mention) -> 999 - mention).toArray();
		assertThat(Members.find(counted(1000, compared), copies)).containsExactly(expected);
		assertThat(compared.get()).isLessThan(10_000);
	}

	@Test
	void areFoundWhenAllAreAlikeWithoutAskingEachOfThem() {
		AtomicInteger compared = new AtomicInteger();
		List<Counted> call = Collections.nCopies(1000, new Counted(1, compared));
		List<Counted> copies = Collections.nCopies(1000, new Counted(1, compared));
		assertThat(Members.find(call, copies)).containsExactly(IntStream.range(0, 1000).toArray());
		assertThat(compared.get()).isLessThan(10_000);
	}

	@Test
	void areFoundByIdentityWhenTheyCantBeCompared() {
		Object one = new Incomparable();
		Object two = new Incomparable();
		assertThat(find(List.of(one, two), two, new Incomparable(), two)).containsExactly(1, Members.FOREIGN,
				Members.REPEATED);
	}

	private static List<Counted> counted(int members, AtomicInteger compared) {
		return new ArrayList<>(
				IntStream.range(0, members).mapToObj((number) -> new Counted(number, compared)).toList());
	}

	private record Order(String id) {
	}

	/**
	 * Counts how often it is compared.
	 */
	private static final class Counted {

		private final int number;

		private final AtomicInteger compared;

		Counted(int number, AtomicInteger compared) {
			this.number = number;
			this.compared = compared;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			this.compared.incrementAndGet();
			return other instanceof Counted counted && counted.number == this.number;
		}

		@Override
		public int hashCode() {
			this.compared.incrementAndGet();
			return this.number;
		}

	}

	/**
	 * Throws when it is compared.
	 */
	private static final class Incomparable {

		@Override
		public boolean equals(@Nullable Object other) {
			throw new IllegalStateException("no");
		}

		@Override
		public int hashCode() {
			throw new IllegalStateException("no");
		}

	}

}
