package io.genstage.buffer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class EventListTests {

	private final EventList<String> events = EventList.copyOf(List.of("a", "b", "c", "d"));

	@Test
	void isAListOfItsEvents() {
		assertThat(this.events).containsExactly("a", "b", "c", "d").isEqualTo(List.of("a", "b", "c", "d"));
		assertThat(this.events.get(3)).isEqualTo("d");
		assertThat(this.events.toArray()).containsExactly("a", "b", "c", "d");
		assertThat(new ArrayList<>(this.events)).containsExactly("a", "b", "c", "d");
	}

	@Test
	void doesNotChangeWithWhatItWasCopiedFrom() {
		List<String> changing = new ArrayList<>(List.of("a"));
		EventList<String> copy = EventList.copyOf(changing);
		changing.set(0, "changed");
		changing.add("added");
		assertThat(copy).containsExactly("a");
	}

	@Test
	void isNotCopiedAgain() {
		assertThat(EventList.copyOf(this.events)).isSameAs(this.events);
	}

	@Test
	void hasNoNull() {
		assertThatNullPointerException().isThrownBy(() -> EventList.copyOf(Arrays.asList("a", null)));
	}

	@Test
	void canNotBeChanged() {
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> this.events.set(0, "z"));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> this.events.add("z"));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> this.events.remove(0));
		Iterator<String> iterator = this.events.iterator();
		iterator.next();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(iterator::remove);
		this.events.toArray()[0] = "z";
		assertThat(this.events.get(0)).isEqualTo("a");
	}

	@Test
	void endsWhereItsIteratorEnds() {
		Iterator<String> iterator = this.events.subList(0, 1).iterator();
		assertThat(iterator.next()).isEqualTo("a");
		assertThat(iterator.hasNext()).isFalse();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
	}

	@Nested
	class APart {

		private final EventList<String> part = EventListTests.this.events.subList(1, 3);

		@Test
		void hasTheEventsFromOnePlaceToAnother() {
			assertThat(this.part).containsExactly("b", "c");
			assertThat(this.part.toArray()).containsExactly("b", "c");
			assertThat(this.part.subList(1, 2)).containsExactly("c");
			assertThat(this.part.subList(1, 1)).isEmpty();
		}

		@Test
		void knowsItsOwnBounds() {
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> this.part.get(2));
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> this.part.get(-1));
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> this.part.subList(0, 3));
		}

		@Test
		void isTheListItselfIfItHasAllOfIt() {
			assertThat(this.part.subList(0, 2)).isSameAs(this.part);
		}

		@Test
		void canBeKeptWithoutTheOthersIfTheseAreMost() {
			EventList<Integer> large = EventList.copyOf(Collections.nCopies(EventList.LARGE, 7));
			EventList<Integer> half = large.subList(0, EventList.LARGE / 2);
			assertThat(half.trimmed()).isSameAs(half);
			EventList<Integer> less = half.subList(1, half.size());
			EventList<Integer> alone = less.trimmed();
			assertThat(alone).isNotSameAs(less).isEqualTo(less);
			assertThat(alone.trimmed()).isSameAs(alone);
			EventList<String> small = this.part.subList(0, 1);
			assertThat(small.trimmed()).isSameAs(small);
		}

	}

	@Nested
	class ABuilder {

		private final EventList.Builder<Integer> builder = new EventList.Builder<>(0);

		@Test
		void growsAsNeeded() {
			for (int number = 0; number < 100; number++) {
				this.builder.add(number);
			}
			assertThat(this.builder.size()).isEqualTo(100);
			EventList<Integer> built = this.builder.build();
			assertThat(built).hasSize(100).startsWith(0, 1, 2).endsWith(98, 99);
		}

		@Test
		void buildsFewEventsOfManyThatItExpected() {
			EventList.Builder<Integer> expectant = new EventList.Builder<>(100);
			expectant.add(1);
			expectant.add(2);
			assertThat(expectant.build()).containsExactly(1, 2);
			assertThat(expectant.build()).isEmpty();
		}

		@Test
		void hasHandedOverWhatItBuilt() {
			this.builder.add(1);
			EventList<Integer> first = this.builder.build();
			this.builder.add(2);
			assertThat(first).containsExactly(1);
			assertThat(this.builder.build()).containsExactly(2);
			assertThat(this.builder.build()).isEmpty();
		}

		@Test
		@SuppressWarnings("NullAway") // that is what is tested
		void takesNoNull() {
			assertThatNullPointerException().isThrownBy(() -> this.builder.add(null));
		}

		@Test
		void refusesANegativeExpectation() {
			assertThatIllegalArgumentException().isThrownBy(() -> new EventList.Builder<>(-1))
				.withMessage("expected must be >= 0, was -1");
		}

	}

}
