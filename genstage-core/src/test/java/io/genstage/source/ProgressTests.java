package io.genstage.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.Progress.Place;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ProgressTests {

	private final Progress<String> progress = new Progress<>(null, 3);

	private final Place<String> a = this.progress.add("a");

	private final Place<String> b = this.progress.add("b");

	@Test
	void stopsInFrontOfTheOldestUnsettledElement() {
		assertThat(this.progress.settle(this.b)).isFalse();
		assertThat(this.progress.settledUpTo()).isNull();
		assertThat(this.progress.oldestUnsettled()).isEqualTo("a");
		assertThat(this.progress.settledAhead()).isEqualTo(1);
		assertThat(this.progress.settle(this.a)).isTrue();
		assertThat(this.progress.settledUpTo()).isEqualTo("b");
		assertThat(this.progress.oldestUnsettled()).isNull();
		assertThat(this.progress.settledAhead()).isZero();
	}

	@Test
	void hasRoomForSoManyFromTheOldestUnsettledElementOn() {
		this.progress.settle(this.b);
		this.progress.settle(this.progress.add("c"));
		assertThat(this.progress.room()).isZero();
		assertThat(this.progress.unsettled()).isEqualTo(1);
		assertThatIllegalStateException().isThrownBy(() -> this.progress.add("d"))
			.withMessage("no room for more than 3 elements");
		this.progress.settle(this.a);
		assertThat(this.progress.room()).isEqualTo(3);
		assertThat(this.progress.readUpTo()).isEqualTo("c");
	}

	@Test
	void countsAnElementOnce() {
		this.progress.settle(this.a);
		assertThat(this.progress.settle(this.a)).isFalse();
		assertThat(this.progress.unsettled()).isEqualTo(1);
	}

	@Test
	void beginsBehindAPosition() {
		Progress<String> later = new Progress<>("k", 3);
		assertThat(later.settledUpTo()).isEqualTo("k");
		assertThat(later.add("l").before()).isEqualTo("k");
		assertThat(later.add("m").before()).isEqualTo("l");
	}

	@Test
	void neverPassesAnUnsettledElementWhateverTheOrder() {
		for (long seed = 0; seed < 1000; seed++) {
			Random random = new Random(seed);
			Progress<Integer> tested = new Progress<>(null, 8);
			List<Place<Integer>> open = new ArrayList<>();
			int last = 0;
			while (last < 50 || !open.isEmpty()) {
				if (last < 50 && tested.room() > 0 && random.nextInt(3) > 0) {
					open.add(tested.add(++last));
				}
				else if (!open.isEmpty()) {
					tested.settle(open.remove(random.nextInt(open.size())));
				}
				int oldest = open.stream().mapToInt(Place::position).min().orElse(last + 1);
				Integer reached = tested.settledUpTo();
				assertThat((reached != null) ? reached : 0).as("seed %d", seed).isEqualTo(oldest - 1);
			}
		}
	}

	@Nested
	class ReadAgain {

		private final Rereading<String> rereading = new Rereading<>();

		private final Place<String> c = progress.add("c");

		private Rereading.Found<String, String> find(List<Place<String>> row, String... page) {
			return this.rereading.find(row,
					List.of(page).stream().map((event) -> new Element<>(event, event)).toList());
		}

		@Test
		void areNeighboursByOnePage() {
			this.rereading.add(List.of(this.c));
			this.rereading.add(List.of(b));
			assertThat(this.rereading.take(5)).containsExactly(b, this.c);
			this.rereading.add(List.of(this.c, a));
			assertThat(this.rereading.take(5)).containsExactly(a);
			assertThat(this.rereading.take(5)).containsExactly(this.c);
			assertThat(this.rereading.isEmpty()).isTrue();
		}

		@Test
		void areAsManyAsAreWanted() {
			this.rereading.add(List.of(a, b, this.c));
			assertThat(this.rereading.take(2)).containsExactly(a, b);
			assertThat(this.rereading.take(2)).containsExactly(this.c);
		}

		@Test
		void areFoundByTheirPosition() {
			Rereading.Found<String, String> found = find(List.of(a, b), "a", "b");
			assertThat(found.places()).containsExactly(a, b);
			assertThat(found.events()).containsExactly("a", "b");
			assertThat(found.gone()).isEmpty();
		}

		@Test
		void areGoneIfThePageGoesOnBehindThem() {
			assertThat(find(List.of(a, b), "b").gone()).containsExactly(a);
			assertThat(find(List.of(a, b), "a", "c").gone()).containsExactly(b);
			assertThat(find(List.of(a, b)).gone()).containsExactly(a, b);
			assertThat(this.rereading.isEmpty()).isTrue();
		}

		@Test
		void areReadOnceMoreIfThePageIsShort() {
			assertThat(find(List.of(a, b), "a").gone()).isEmpty();
			assertThat(this.rereading.take(5)).containsExactly(b);
		}

	}

}
