package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The settlements that an acknowledger gets by one call.
 */
final class SettledGroup {

	private final Acknowledger<?> acknowledger;

	private final Object group;

	private final SettledSoFar accepted = new SettledSoFar();

	private final List<Settlement> failed = new ArrayList<>();

	/** Those that have come together, which are among the accepted ones. */
	private final List<SettledStretch> together = new ArrayList<>(2);

	/** Those of the others whose age is known. */
	private final List<Settlement> aged = new ArrayList<>(0);

	private SettledGroup(Settlement first) {
		this.acknowledger = first.acknowledger();
		this.group = first.group();
	}

	/**
	 * Groups settlements, the groups in the order of their first ones.
	 * @param first the first one, from which the others hang; they are taken apart
	 */
	static Collection<SettledGroup> of(@Nullable Settled first) {
		Map<Key, SettledGroup> groups = new LinkedHashMap<>();
		SettledGroup group = null;
		Settled next = first;
		while (next != null) {
			Settled settled = next;
			next = (Settled) settled.neighbour;
			settled.neighbour = null;
			if (settled instanceof Settlement settlement) {
				group = groupOf(settlement, group, groups);
				group.add(settlement);
			}
			else if (settled instanceof SettledStretch stretch) {
				group = add(stretch, group, groups);
			}
		}
		return groups.values();
	}

	private static @Nullable SettledGroup add(SettledStretch stretch, @Nullable SettledGroup last,
			Map<Key, SettledGroup> groups) {
		SettledGroup group = last;
		if (stretch.row().isOneGroup()) {
			group = groupOf(stretch.settlements().get(0), group, groups);
			group.accepted.append(stretch.settlements());
			group.together.add(stretch);
			return group;
		}
		for (Settlement settlement : stretch.settlements()) {
			group = groupOf(settlement, group, groups);
			group.add(settlement);
		}
		return group;
	}

	private static SettledGroup groupOf(Settlement settlement, @Nullable SettledGroup last,
			Map<Key, SettledGroup> groups) {
		return (last != null && last.isOf(settlement)) ? last : groups.computeIfAbsent(
				new Key(settlement.acknowledger(), settlement.group()), (key) -> new SettledGroup(settlement));
	}

	/** Saves most of the look-ups: most events come with the very group of the last. */
	@SuppressWarnings("ReferenceEquality")
	private boolean isOf(Settlement settlement) {
		return settlement.acknowledger() == this.acknowledger && settlement.group() == this.group;
	}

	private void add(Settlement settlement) {
		if (settlement.outcome().isDone()) {
			this.accepted.append(settlement);
		}
		else {
			this.failed.add(settlement);
		}
		if (settlement.hasAge()) {
			this.aged.add(settlement);
		}
	}

	/** They are not unsettled any more. */
	void leave() {
		this.together.forEach((stretch) -> stretch.row().left(stretch.settlements().size()));
		this.aged.forEach(Settlement::leave);
	}

	int size() {
		return this.accepted.size() + this.failed.size();
	}

	/** Returns what handlers have asked the source to do that it can't. */
	Set<SourceHint.Action> ignored() {
		Set<SourceHint.Action> ignored = EnumSet.noneOf(SourceHint.Action.class);
		for (Settlement settlement : this.failed) {
			SourceHint hint = settlement.hint();
			if (hint != null && !this.acknowledger.honours(hint.action())) {
				ignored.add(hint.action());
			}
		}
		return ignored;
	}

	String acknowledgerType() {
		return this.acknowledger.getClass().getName();
	}

	@SuppressWarnings("unchecked") // a delivery is made with a group that the
									// acknowledger
									// takes
	void settle() throws Exception {
		((Acknowledger<Object>) this.acknowledger).settle(this.group, this.accepted,
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
