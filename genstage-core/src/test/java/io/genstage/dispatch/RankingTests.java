package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RankingTests {

	private final Ranking<Runner> ranking = new Ranking<>();

	@Test
	void beginsWithTheFirst() {
		add(3);
		add(1);
		add(2);
		assertThat(this.ranking.first().rank).isEqualTo(1);
		assertThat(this.ranking.sorted()).extracting((runner) -> runner.rank).containsExactly(1, 2, 3);
	}

	@Test
	void movesOneWhoseRankHasChanged() {
		Runner runner = add(1);
		add(2);
		add(3);
		runner.rank = 4;
		this.ranking.changed(runner);
		assertThat(this.ranking.sorted()).extracting((other) -> other.rank).containsExactly(2, 3, 4);
		runner.rank = 0;
		this.ranking.changed(runner);
		assertThat(this.ranking.first()).isSameAs(runner);
	}

	@Test
	void forgetsOneThatIsRemoved() {
		Runner first = add(1);
		Runner second = add(2);
		this.ranking.remove(first);
		assertThat(this.ranking.first()).isSameAs(second);
		this.ranking.remove(second);
		assertThat(this.ranking.members()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void agreesWithASortedSet(long seed) {
		Random random = new Random(seed);
		TreeSet<Runner> set = new TreeSet<>(Comparator.comparingInt((runner) -> runner.rank));
		List<Runner> runners = new ArrayList<>();
		for (int step = 0; step < 2000; step++) {
			int rank = step + 10_000 * random.nextInt(50);
			int choice = random.nextInt(4);
			if (choice == 0 || runners.isEmpty()) {
				Runner added = add(rank);
				runners.add(added);
				set.add(added);
			}
			else if (choice == 1) {
				Runner removed = runners.remove(random.nextInt(runners.size()));
				set.remove(removed);
				this.ranking.remove(removed);
			}
			else {
				Runner changed = runners.get(random.nextInt(runners.size()));
				set.remove(changed);
				changed.rank = rank;
				set.add(changed);
				this.ranking.changed(changed);
			}
			if (!set.isEmpty()) {
				assertThat(this.ranking.first()).as("first after step %d of seed %d", step, seed).isSameAs(set.first());
			}
		}
		assertThat(this.ranking.sorted()).containsExactlyElementsOf(set);
	}

	private Runner add(int rank) {
		Runner runner = new Runner(rank);
		this.ranking.add(runner);
		return runner;
	}

	private static final class Runner extends Ranking.Member<Runner> {

		private int rank;

		Runner(int rank) {
			this.rank = rank;
		}

		@Override
		boolean comesBefore(Runner other) {
			return this.rank < other.rank;
		}

	}

}
