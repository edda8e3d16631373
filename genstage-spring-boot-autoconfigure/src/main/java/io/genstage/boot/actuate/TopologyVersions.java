package io.genstage.boot.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The versions of the topologies that were asked for last. A version is made of all that
 * a topology shows, while most of those who ask want to know only whether it is another
 * one: so it is kept as long as nothing changes that it depends on.
 */
final class TopologyVersions {

	/** Many pages of different sizes; who asks for more gets new ones made. */
	static final int MOST = 100;

	/** Held for moments only; a look changes the order, too. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Map<Asked, Known> known = new LinkedHashMap<>(16, 0.75F, true);

	/**
	 * Returns the version of a page.
	 * @param asked which page
	 * @param shape all that the topology of the page is made from, to be compared
	 * @param version makes the version, which may take some time
	 * @return the version of this shape
	 */
	String of(Asked asked, Object shape, Supplier<String> version) {
		Known last = known(asked);
		if (last == null || !last.shape().equals(shape)) {
			last = new Known(shape, version.get());
			keep(asked, last);
		}
		return last.version();
	}

	private @Nullable Known known(Asked asked) {
		this.lock.lock();
		try {
			return this.known.get(asked);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void keep(Asked asked, Known made) {
		this.lock.lock();
		try {
			this.known.put(asked, made);
			if (this.known.size() > MOST) {
				this.known.remove(this.known.keySet().iterator().next());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A page that is asked for.
	 *
	 * @param limit how many stages it has at most
	 * @param after the stage that it begins behind, {@code null} if it is the first one
	 * @param operations whether stages can be operated
	 */
	record Asked(int limit, @Nullable String after, boolean operations) {
	}

	/**
	 * A version and what it is of.
	 */
	private record Known(Object shape, String version) {
	}

}
