package io.genstage.jdbc;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import io.genstage.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction changes in the numbers of letters.
 */
final class LetterChanges {

	/** In one order, so that no two transactions wait for each other. */
	private final Map<Group, Integer> groups = new TreeMap<>();

	private final Map<Sequence, Integer> held = new HashMap<>();

	/** A letter has come, or is now as it is given. */
	void add(DeadLetter stored) {
		change(stored, 1);
	}

	/** A letter has gone, or is no longer as it is given. */
	void remove(DeadLetter stored) {
		change(stored, -1);
	}

	private void change(DeadLetter stored, int by) {
		this.groups.merge(Group.of(stored), by, LetterChanges::sum);
		if (stored.key() != null && stored.status() != DeadLetter.Status.ABANDONED) {
			this.held.merge(new Sequence(stored.stage(), stored.key()), by, LetterChanges::sum);
		}
	}

	/** What comes and goes in one transaction changes nothing. */
	private static @Nullable Integer sum(int one, int other) {
		return (one + other != 0) ? one + other : null;
	}

	/** Returns how many letters there are more of those that are counted together. */
	Map<Group, Integer> groups() {
		return this.groups;
	}

	/** Returns how many letters more wait in front of what comes. */
	Map<Sequence, Integer> held() {
		return this.held;
	}

	/**
	 * Letters that are counted together.
	 *
	 * @param causeType the class of the failure, empty if there was none
	 * @param status that without a claim
	 */
	record Group(String stage, String causeType, DeadLetter.Status status) implements Comparable<Group> {

		private static final Comparator<Group> ORDER = Comparator.comparing(Group::stage)
			.thenComparing(Group::causeType)
			.thenComparing(Group::status);

		static Group of(DeadLetter stored) {
			return new Group(stored.stage(), (stored.causeType() != null) ? stored.causeType() : "", stored.status());
		}

		@Override
		public int compareTo(Group other) {
			return ORDER.compare(this, other);
		}

	}

	/**
	 * Letters that must be handled in order.
	 */
	record Sequence(String stage, String key) {
	}

}
