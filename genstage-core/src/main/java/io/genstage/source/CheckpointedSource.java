package io.genstage.source;

import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

import io.genstage.ProducerStage;
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
	 * Returns how much there is to read, for the {@linkplain ProducerStage#progress()
	 * progress} that is shown. It is asked once in each run, before the first page, in
	 * the same way as {@link #read}; what it throws has the same effect.
	 * @param position the position behind which is read on, {@code null} for the
	 * beginning
	 * @return how much there is; {@code null}, the default, if that isn't known
	 * @throws Exception if the source can't be read
	 */
	default @Nullable Extent<P> extent(@Nullable P position) throws Exception {
		return null;
	}

	/**
	 * How much there is to read.
	 *
	 * @param total the number of elements behind the position that was asked for, or of
	 * all bytes, 0 or more
	 * @param measured returns how many bytes there are up to and with an element of a
	 * position, called by any thread; {@code null} if the total is a number of elements
	 * @param <P> the type of the positions
	 */
	record Extent<P>(long total, @Nullable ToLongFunction<? super P> measured) {

		public Extent {
			if (total < 0) {
				throw new IllegalArgumentException("expected total to be 0 or more, but got " + total);
			}
		}

		/**
		 * Returns the extent of elements that were counted.
		 * @param elements how many there are behind the position that was asked for
		 * @param <P> the type of the positions
		 * @return the extent
		 */
		public static <P> Extent<P> ofElements(long elements) {
			return new Extent<>(elements, null);
		}

		/**
		 * Returns the extent of something whose positions are places in it.
		 * @param total how many bytes there are, from the beginning to the end
		 * @param measured returns how many bytes there are up to and with an element of a
		 * position
		 * @param <P> the type of the positions
		 * @return the extent
		 */
		public static <P> Extent<P> ofBytes(long total, ToLongFunction<? super P> measured) {
			return new Extent<>(total, Objects.requireNonNull(measured, "measured must not be null"));
		}

	}

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
