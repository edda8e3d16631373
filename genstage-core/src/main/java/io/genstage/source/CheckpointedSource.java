package io.genstage.source;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Something that can be read page by page from any position on: a file, a table, a feed.
 *
 * <pre>{@code
 * CheckpointedSource<Long, Order> orders = (position, max) -> Page.of(this.repository
 *     .findNext((position != null) ? position : 0, max)
 *     .map((order) -> new Element<>(order.id(), order))
 *     .toList());
 * }</pre>
 *
 * The elements have an order that doesn't change, and nothing appears in front of an
 * element that was read already: it would never be seen. An element may disappear, or
 * have changed when it is read again.
 *
 * @param <P> the type of the positions, which are compared by {@code equals}
 * @param <E> the type of the events
 * @see Sources#checkpointed
 */
@FunctionalInterface
public interface CheckpointedSource<P, E> {

	/**
	 * Reads the elements that follow a position. It is called beside the stage, on its
	 * executor, one call at a time in each run, and may block for as long as the reading
	 * takes. It shouldn't wait for elements that aren't there yet: it is called again.
	 * @param position the position of the element before the first wanted one,
	 * {@code null} for the beginning
	 * @param max how many elements are wanted at most, at least 1
	 * @return the elements that are there, in their order
	 * @throws SourceUnavailableException if the source can't be reached for now: it is
	 * read again
	 * @throws Exception if the source can't be read, which stops the stage
	 */
	Page<P, E> read(@Nullable P position, int max) throws Exception;

	/**
	 * Some elements in a row.
	 *
	 * @param elements the elements, which may be none
	 * @param last whether there will never be an element behind them
	 * @param <P> the type of the positions
	 * @param <E> the type of the events
	 */
	record Page<P, E>(List<Element<P, E>> elements, boolean last) {

		public Page {
			elements = List.copyOf(elements);
		}

		/**
		 * Returns a page that others may follow, now or later.
		 * @param elements the elements, which may be none
		 * @param <P> the type of the positions
		 * @param <E> the type of the events
		 * @return the page
		 */
		public static <P, E> Page<P, E> of(List<Element<P, E>> elements) {
			return new Page<>(elements, false);
		}

		/**
		 * Returns a page that none will ever follow.
		 * @param elements the elements, which may be none
		 * @param <P> the type of the positions
		 * @param <E> the type of the events
		 * @return the page
		 */
		public static <P, E> Page<P, E> last(List<Element<P, E>> elements) {
			return new Page<>(elements, true);
		}

	}

	/**
	 * An event and where it was.
	 *
	 * @param position its position, different from those of all others
	 * @param event the event
	 * @param <P> the type of the position
	 * @param <E> the type of the event
	 */
	record Element<P, E>(P position, E event) {

		public Element {
			Objects.requireNonNull(position, "position must not be null");
			Objects.requireNonNull(event, "event must not be null");
		}

	}

}
