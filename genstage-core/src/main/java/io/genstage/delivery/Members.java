package io.genstage.delivery;

import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Finds which members of a call are meant by the objects that its handler names.
 * <p>
 * Who is the very object is meant. For the objects that are nobody's, or more often than
 * there are members that are them, it is the first equal member that is not named yet. So
 * of members that are alike the n-th one is meant by the n-th mention.
 */
final class Members {

	/** Instead of a place: no member is equal to it. */
	static final int FOREIGN = -1;

	/** Instead of a place: all members that are equal to it have been named. */
	static final int REPEATED = -2;

	private static final int NOBODY = -1;

	private final List<?> call;

	private final boolean[] named;

	private Members(List<?> call) {
		this.call = call;
		this.named = new boolean[call.size()];
	}

	/**
	 * Returns the places in a call of the objects that are named.
	 * @return for each of them its place, or {@link #FOREIGN} or {@link #REPEATED}
	 */
	static int[] find(List<?> call, List<? extends @Nullable Object> names) {
		Members members = new Members(call);
		int[] places = new int[names.size()];
		if (!members.findIdentical(names, places)) {
			members.findEqual(names, places);
		}
		return places;
	}

	/** Most handlers name the members in their order: these need no table. */
	@SuppressWarnings("ReferenceEquality")
	private boolean findIdentical(List<? extends @Nullable Object> names, int[] places) {
		Table table = null;
		boolean all = true;
		int next = 0;
		int mention = 0;
		for (Object name : names) {
			int place;
			if (table == null && next < this.call.size() && this.call.get(next) == name) {
				place = next++;
			}
			else {
				table = (table != null) ? table : new Table(new IdentityHashMap<>());
				place = table.take(name);
			}
			if (place >= 0) {
				this.named[place] = true;
			}
			else {
				all = false;
			}
			places[mention++] = place;
		}
		return all;
	}

	private void findEqual(List<? extends @Nullable Object> names, int[] places) {
		Table table = new Table(new HashMap<>());
		int mention = 0;
		for (Object name : names) {
			if (places[mention] < 0) {
				int place = table.take(name);
				// An object that can't be compared is still known to be a member.
				places[mention] = (place != FOREIGN) ? place : places[mention];
			}
			mention++;
		}
	}

	/**
	 * The members that are not named yet, those that are alike in their order.
	 */
	private final class Table {

		private final Map<@Nullable Object, Integer> firsts;

		private final int[] nexts = new int[Members.this.call.size()];

		Table(Map<@Nullable Object, Integer> firsts) {
			this.firsts = firsts;
			Arrays.fill(this.nexts, NOBODY);
			for (int place = this.nexts.length - 1; place >= 0; place--) {
				add(place);
			}
		}

		private void add(int place) {
			Object member = Members.this.call.get(place);
			try {
				Integer behind = this.firsts.get(member);
				if (Members.this.named[place]) {
					this.firsts.putIfAbsent(member, NOBODY);
				}
				else {
					this.nexts[place] = (behind != null) ? behind : NOBODY;
					this.firsts.put(member, place);
				}
			}
			catch (RuntimeException ex) {
				// It can't be compared, so that only the very object can name it.
			}
		}

		/** Returns its first place, which is the next member's from now on. */
		int take(@Nullable Object name) {
			try {
				Integer first = (name != null) ? this.firsts.get(name) : null;
				if (first == null) {
					return FOREIGN;
				}
				if (first == NOBODY) {
					return REPEATED;
				}
				this.firsts.put(name, this.nexts[first]);
				return first;
			}
			catch (RuntimeException ex) {
				return FOREIGN;
			}
		}

	}

}
