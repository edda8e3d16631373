package io.genstage.buffer;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EventBufferTests {

	@ParameterizedTest(name = "capacity {0}, keep {1}: {2} + {3}")
	@CsvSource({ "5, FIRST, abcde, fgh, abcde, fgh", "5, LAST, abcde, fgh, defgh, abc",
			"5, FIRST, '', abcdefgh, abcde, fgh", "5, LAST, '', abcdefgh, defgh, abc", "3, LAST, ab, cde, cde, ab",
			"3, FIRST, ab, cde, abc, de", "3, LAST, ab, cdefg, efg, abcd", "3, LAST, a, bc, abc, ''",
			"2147483647, LAST, abcde, fgh, abcdefgh, ''" })
	void keepsWhatFits(int capacity, BufferKeep keep, String before, String added, String kept, String dropped) {
		EventBuffer<String> buffer = new EventBuffer<>(capacity, keep);
		buffer.store(letters(before));
		assertThat(buffer.store(letters(added))).isEqualTo(letters(dropped));
		assertThat(buffer.size()).isEqualTo(kept.length());
		assertThat(buffer.take(Long.MAX_VALUE)).isEqualTo(letters(kept));
		assertThat(buffer.isEmpty()).isTrue();
	}

	@Test
	@DisplayName("B2 keep first refuses the new events")
	void keepFirstRefusesTheNewEvents() {
		EventBuffer<String> buffer = new EventBuffer<>(3, BufferKeep.FIRST);
		buffer.store(letters("abc"));
		assertThat(buffer.store(letters("def"))).containsExactly("d", "e", "f");
		assertThat(buffer.size()).isEqualTo(3);
		assertThat(buffer.take(3)).containsExactly("a", "b", "c");
	}

	@Test
	@DisplayName("B4 keep last drops the oldest events")
	void keepLastDropsTheOldestEvents() {
		EventBuffer<String> buffer = new EventBuffer<>(3, BufferKeep.LAST);
		buffer.store(letters("abc"));
		assertThat(buffer.store(letters("def"))).containsExactly("a", "b", "c");
		assertThat(buffer.take(3)).containsExactly("d", "e", "f");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("Q8 a capacity of 0 keeps nothing")
	void keepsNothingWithoutCapacity(BufferKeep keep) {
		EventBuffer<String> buffer = new EventBuffer<>(0, keep);
		assertThat(buffer.store(letters("abc"))).containsExactly("a", "b", "c");
		assertThat(buffer.isEmpty()).isTrue();
	}

	@Test
	void givesAllEventsBackAndForgetsTheActionsBehindThem() {
		EventBuffer<String> buffer = new EventBuffer<>(10, BufferKeep.LAST);
		List<String> run = new ArrayList<>();
		buffer.store(letters("ab"));
		buffer.afterStored(() -> run.add("behind b"));
		buffer.store(letters("c"));
		assertThat(buffer.takeAll()).containsExactly("a", "b", "c");
		assertThat(buffer.isEmpty()).isTrue();
		buffer.runPassedActions();
		assertThat(run).isEmpty();
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void holdsWhatAQueueOfSingleEventsHolds(long seed) {
		Random random = new Random(seed);
		BufferKeep keep = random.nextBoolean() ? BufferKeep.FIRST : BufferKeep.LAST;
		int capacity = 1 + random.nextInt(200);
		EventBuffer<Integer> buffer = new EventBuffer<>(capacity, keep);
		List<Integer> model = new ArrayList<>();
		int next = 0;
		for (int step = 0; step < 500; step++) {
			if (random.nextInt(6) > 0) {
				List<Integer> added = new ArrayList<>();
				for (int i = random.nextInt(random.nextInt(8) > 0 ? 3 : 50); i > 0; i--) {
					added.add(next++);
				}
				model.addAll(added);
				List<Integer> excess = (keep == BufferKeep.LAST)
						? model.subList(0, Math.max(model.size() - capacity, 0))
						: model.subList(Math.min(capacity, model.size()), model.size());
				assertThat(buffer.store(added)).isEqualTo(excess);
				excess.clear();
			}
			else {
				int limit = random.nextInt(40);
				List<Integer> taken = buffer.take(limit);
				List<Integer> oldest = model.subList(0, Math.min(limit, model.size()));
				assertThat(taken).isEqualTo(oldest);
				int placed = random.nextInt(taken.size() + 1);
				buffer.putBack(taken.subList(placed, taken.size()));
				oldest.subList(0, placed).clear();
			}
			assertThat(buffer.size()).isEqualTo(model.size());
		}
		assertThat(buffer.takeAll()).isEqualTo(model);
	}

	@Nested
	class Take {

		private final EventBuffer<String> buffer = new EventBuffer<>(4, BufferKeep.LAST);

		@Test
		void handsOutWhatCameWithoutACopy() {
			EventList<String> emitted = EventList.copyOf(letters("abcd"));
			this.buffer.store(emitted);
			assertThat(this.buffer.take(4)).isSameAs(emitted);
		}

		@Test
		void takesTheOldestEvents() {
			this.buffer.store(letters("abc"));
			assertThat(this.buffer.take(2)).containsExactly("a", "b");
			assertThat(this.buffer.size()).isEqualTo(1);
			assertThat(this.buffer.take(2)).containsExactly("c");
			assertThat(this.buffer.take(2)).isEmpty();
		}

		@Test
		void takesNothingForNoDemand() {
			this.buffer.store(letters("abc"));
			assertThat(this.buffer.take(0)).isEmpty();
			assertThat(this.buffer.size()).isEqualTo(3);
		}

		@Test
		void returnsAListThatNobodyCanChange() {
			this.buffer.store(letters("abc"));
			List<String> taken = this.buffer.take(2);
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> taken.add("x"));
		}

		@Test
		void putsBackInFront() {
			this.buffer.store(letters("abcd"));
			List<String> taken = this.buffer.take(3);
			this.buffer.putBack(taken.subList(1, 3));
			assertThat(this.buffer.take(4)).containsExactly("b", "c", "d");
		}

	}

	@Nested
	class Actions {

		private final EventBuffer<String> buffer = new EventBuffer<>(10, BufferKeep.LAST);

		private final List<String> run = new ArrayList<>();

		@Test
		@DisplayName("B1 take no room")
		void takeNoRoom() {
			this.buffer.store(letters("ab"));
			behind(this.buffer, "p", "q");
			assertThat(this.buffer.size()).isEqualTo(2);
			assertThat(this.run).isEmpty();
		}

		@Test
		@DisplayName("B5 are run when the events before them are dropped, and never dropped themselves")
		void areRunWhenEventsAreDropped() {
			EventBuffer<String> small = new EventBuffer<>(3, BufferKeep.LAST);
			small.store(letters("ab"));
			behind(small, "p", "q");
			assertThat(small.store(letters("c"))).isEmpty();
			assertThat(small.store(letters("d"))).containsExactly("a");
			assertThat(this.run).isEmpty();
			assertThat(small.store(letters("e"))).containsExactly("b");
			assertThat(this.run).containsExactly("p", "q");
			assertThat(small.take(5)).containsExactly("c", "d", "e");
		}

		@Test
		@DisplayName("B5 are run when more new events come than there is room")
		void areRunWhenEverythingIsDropped() {
			EventBuffer<String> small = new EventBuffer<>(2, BufferKeep.LAST);
			small.store(letters("ab"));
			behind(small, "p");
			assertThat(small.store(letters("cdef"))).containsExactly("a", "b", "c", "d");
			assertThat(this.run).containsExactly("p");
			assertThat(small.take(5)).containsExactly("e", "f");
		}

		@Test
		void stayWhenNewEventsAreRefused() {
			EventBuffer<String> small = new EventBuffer<>(2, BufferKeep.FIRST);
			small.store(letters("ab"));
			behind(small, "p");
			assertThat(small.store(letters("cd"))).containsExactly("c", "d");
			assertThat(this.run).isEmpty();
			assertThat(take(small, 5)).containsExactly("a", "b");
			assertThat(this.run).containsExactly("p");
		}

		@Test
		@DisplayName("B6 are run at once when there are no events")
		void areRunAtOnceWithoutEvents() {
			behind(this.buffer, "p");
			assertThat(this.run).containsExactly("p");
		}

		@Test
		@DisplayName("B8 end what is taken at once")
		void endWhatIsTakenAtOnce() {
			this.buffer.store(letters("ab"));
			behind(this.buffer, "p");
			this.buffer.store(letters("c"));
			assertThat(take(this.buffer, 5)).containsExactly("a", "b");
			assertThat(this.run).containsExactly("p");
			assertThat(take(this.buffer, 3)).containsExactly("c");
		}

		@Test
		@DisplayName("B9 are run in their order")
		void areRunInTheirOrder() {
			this.buffer.store(letters("ab"));
			behind(this.buffer, "p", "q", "r");
			assertThat(take(this.buffer, 5)).containsExactly("a", "b");
			assertThat(this.run).containsExactly("p", "q", "r");
		}

		@Test
		@DisplayName("B10 stay between the events that they came between")
		void stayInTheirPlace() {
			this.buffer.store(letters("ab"));
			behind(this.buffer, "p", "q");
			this.buffer.store(letters("cde"));
			behind(this.buffer, "r", "s");
			this.buffer.store(letters("f"));
			behind(this.buffer, "t");
			assertThat(take(this.buffer, 3)).containsExactly("a", "b");
			assertThat(this.run).containsExactly("p", "q");
			assertThat(take(this.buffer, 4)).containsExactly("c", "d", "e");
			assertThat(this.run).containsExactly("p", "q", "r", "s");
			assertThat(take(this.buffer, 2)).containsExactly("f");
			assertThat(this.run).containsExactly("p", "q", "r", "s", "t");
		}

		@Test
		@DisplayName("wait again when the events before them are put back")
		void waitForEventsThatArePutBack() {
			this.buffer.store(letters("abc"));
			behind(this.buffer, "p");
			List<String> taken = this.buffer.take(3);
			this.buffer.putBack(taken.subList(1, 3));
			this.buffer.runPassedActions();
			assertThat(this.run).isEmpty();
			assertThat(take(this.buffer, 1)).containsExactly("b");
			assertThat(this.run).isEmpty();
			assertThat(take(this.buffer, 1)).containsExactly("c");
			assertThat(this.run).containsExactly("p");
		}

		private void behind(EventBuffer<String> buffer, String... names) {
			for (String name : names) {
				buffer.afterStored(() -> this.run.add(name));
			}
		}

		private List<String> take(EventBuffer<String> buffer, long limit) {
			List<String> taken = buffer.take(limit);
			buffer.runPassedActions();
			return taken;
		}

	}

	private static List<String> letters(String word) {
		return word.isEmpty() ? List.of() : List.of(word.split(""));
	}

}
