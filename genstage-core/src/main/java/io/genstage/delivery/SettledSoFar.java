package io.genstage.delivery;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

import org.jspecify.annotations.Nullable;

/**
 * Settlements that have come one by one or as stretches of rows, in their order. A
 * stretch is not copied, so that one nobody looks at costs nothing for each event.
 */
final class SettledSoFar extends AbstractList<Settlement> implements RandomAccess {

	/** Shorter stretches are copied, so that there are not too many parts. */
	private static final int SHORT = 16;

	private final List<List<Settlement>> parts = new ArrayList<>(2);

	/** The place behind the last one of each part. */
	private int[] ends = new int[2];

	/** The last part, if it is one to which others can be added. */
	private @Nullable List<Settlement> open;

	private int size;

	void append(Settlement settlement) {
		if (this.open == null) {
			this.open = new ArrayList<>();
			begin(this.open);
		}
		this.open.add(settlement);
		grow(1);
	}

	void append(List<Settlement> stretch) {
		if (stretch.size() < SHORT) {
			stretch.forEach(this::append);
			return;
		}
		this.open = null;
		begin(stretch);
		grow(stretch.size());
	}

	private void begin(List<Settlement> part) {
		if (this.parts.size() == this.ends.length) {
			this.ends = Arrays.copyOf(this.ends, 2 * this.ends.length);
		}
		this.parts.add(part);
	}

	private void grow(int more) {
		this.size += more;
		this.ends[this.parts.size() - 1] = this.size;
	}

	@Override
	public Settlement get(int index) {
		Objects.checkIndex(index, this.size);
		int found = Arrays.binarySearch(this.ends, 0, this.parts.size(), index + 1);
		int part = (found < 0) ? -found - 1 : found;
		return this.parts.get(part).get((part == 0) ? index : index - this.ends[part - 1]);
	}

	@Override
	public int size() {
		return this.size;
	}

}
