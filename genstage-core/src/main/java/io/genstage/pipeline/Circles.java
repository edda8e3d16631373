package io.genstage.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The circles of a graph. It may be as deep as there is memory, since the way is kept in
 * a list instead of on the thread's stack.
 */
final class Circles {

	private final Map<String, ? extends Set<String>> edges;

	/** The way from where the walk began, without the names that have been left again. */
	private final Deque<Step> way = new ArrayDeque<>();

	private final Set<String> onTheWay = new LinkedHashSet<>();

	private final Set<String> left = new HashSet<>();

	private final List<List<String>> found = new ArrayList<>();

	private Circles(Map<String, ? extends Set<String>> edges) {
		this.edges = edges;
	}

	/**
	 * Returns the circles that a walk along the edges closes.
	 * @param edges where the edges of each name lead; a name that is no key is passed
	 * over
	 * @return the names of each circle in the order of the walk
	 */
	static List<List<String>> of(Map<String, ? extends Set<String>> edges) {
		Circles circles = new Circles(edges);
		edges.keySet().forEach(circles::walkFrom);
		return circles.found;
	}

	private void walkFrom(String name) {
		goTo(name);
		while (!this.way.isEmpty()) {
			Iterator<String> next = this.way.getLast().next();
			if (next.hasNext()) {
				goTo(next.next());
			}
			else {
				leave(this.way.removeLast().name());
			}
		}
	}

	private void goTo(String name) {
		Set<String> next = this.edges.get(name);
		if (next == null || this.left.contains(name)) {
			return;
		}
		if (this.onTheWay.add(name)) {
			this.way.addLast(new Step(name, next.iterator()));
		}
		else {
			this.found.add(this.onTheWay.stream().dropWhile((passed) -> !passed.equals(name)).toList());
		}
	}

	private void leave(String name) {
		this.onTheWay.remove(name);
		this.left.add(name);
	}

	/**
	 * A name on the way and where to go from there.
	 */
	private record Step(String name, Iterator<String> next) {
	}

}
