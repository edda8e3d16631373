package io.genstage.buffer;

import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EventBufferTests {

	@ParameterizedTest(name = "capacity {0}, keep {1}: {2} + {3}")
	@CsvSource({ "5, FIRST, abcde, fgh, abcde, 3", "5, LAST, abcde, fgh, defgh, 3", "5, FIRST, '', abcdefgh, abcde, 3",
			"5, LAST, '', abcdefgh, defgh, 3", "3, LAST, ab, cde, cde, 2", "3, FIRST, ab, cde, abc, 2",
			"3, LAST, a, bc, abc, 0", "2147483647, LAST, abcde, fgh, abcdefgh, 0" })
	void keepsWhatFits(int capacity, BufferKeep keep, String before, String added, String kept, int dropped) {
		EventBuffer<String> buffer = new EventBuffer<>(capacity, keep);
		buffer.store(letters(before));
		assertThat(buffer.store(letters(added))).isEqualTo(dropped);
		assertThat(buffer.size()).isEqualTo(kept.length());
		assertThat(buffer.take(Long.MAX_VALUE)).isEqualTo(letters(kept));
		assertThat(buffer.isEmpty()).isTrue();
	}

	@Test
	@DisplayName("B2 keep first refuses the new events")
	void keepFirstRefusesTheNewEvents() {
		EventBuffer<String> buffer = new EventBuffer<>(3, BufferKeep.FIRST);
		buffer.store(letters("abc"));
		assertThat(buffer.store(letters("def"))).isEqualTo(3);
		assertThat(buffer.size()).isEqualTo(3);
		assertThat(buffer.take(3)).containsExactly("a", "b", "c");
	}

	@Test
	@DisplayName("B4 keep last drops the oldest events")
	void keepLastDropsTheOldestEvents() {
		EventBuffer<String> buffer = new EventBuffer<>(3, BufferKeep.LAST);
		buffer.store(letters("abc"));
		assertThat(buffer.store(letters("def"))).isEqualTo(3);
		assertThat(buffer.take(3)).containsExactly("d", "e", "f");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("Q8 a capacity of 0 keeps nothing")
	void keepsNothingWithoutCapacity(BufferKeep keep) {
		EventBuffer<String> buffer = new EventBuffer<>(0, keep);
		assertThat(buffer.store(letters("abc"))).isEqualTo(3);
		assertThat(buffer.isEmpty()).isTrue();
	}

	@Nested
	class Take {

		private final EventBuffer<String> buffer = new EventBuffer<>(4, BufferKeep.LAST);

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

	private static List<String> letters(String word) {
		return word.isEmpty() ? List.of() : List.of(word.split(""));
	}

}
