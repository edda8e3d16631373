package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The settlements that an acknowledger gets by one call.
 */
final class SettledGroup {

	private final Acknowledger<?> acknowledger;

	private final Object group;

	private final List<Settlement> accepted = new ArrayList<>();

	private final List<Settlement> failed = new ArrayList<>();

	private SettledGroup(Settlement first) {
		this.acknowledger = first.acknowledger();
		this.group = first.group();
	}

	/** Groups settlements, the groups in the order of their first ones. */
	static Collection<SettledGroup> of(List<Settlement> settlements) {
		Map<Key, SettledGroup> groups = new LinkedHashMap<>();
		SettledGroup last = null;
		for (Settlement settlement : settlements) {
			if (last == null || !last.isOf(settlement)) {
				last = groups.computeIfAbsent(new Key(settlement.acknowledger(), settlement.group()),
						(key) -> new SettledGroup(settlement));
			}
			last.add(settlement);
		}
		return groups.values();
	}

	/** Saves most of the look-ups: most events come with the very group of the last. */
	@SuppressWarnings("ReferenceEquality")
	private boolean isOf(Settlement settlement) {
		return settlement.acknowledger() == this.acknowledger && settlement.group() == this.group;
	}

	private void add(Settlement settlement) {
		(settlement.outcome().isDone() ? this.accepted : this.failed).add(settlement);
	}

	int size() {
		return this.accepted.size() + this.failed.size();
	}

	String acknowledgerType() {
		return this.acknowledger.getClass().getName();
	}

	@SuppressWarnings("unchecked") // a delivery is made with a group that the
									// acknowledger
									// takes
	void settle() throws Exception {
		((Acknowledger<Object>) this.acknowledger).settle(this.group, Collections.unmodifiableList(this.accepted),
				Collections.unmodifiableList(this.failed));
	}

	/**
	 * Which group it is, and of which acknowledger, which is what it is.
	 */
	private static final class Key {

		private final Acknowledger<?> acknowledger;

		private final Object group;

		private final int hash;

		Key(Acknowledger<?> acknowledger, Object group) {
			this.acknowledger = acknowledger;
			this.group = group;
			this.hash = hashOf(group);
		}

		private static int hashOf(Object group) {
			try {
				return group.hashCode();
			}
			catch (RuntimeException ex) {
				// Then it is equal to itself at most.
				return System.identityHashCode(group);
			}
		}

		@Override
		@SuppressWarnings("ReferenceEquality")
		public boolean equals(@Nullable Object other) {
			return other instanceof Key key && key.acknowledger == this.acknowledger && isEqual(this.group, key.group);
		}

		@SuppressWarnings("ReferenceEquality")
		private static boolean isEqual(Object one, Object other) {
			try {
				return one == other || one.equals(other);
			}
			catch (RuntimeException ex) {
				return false;
			}
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}
