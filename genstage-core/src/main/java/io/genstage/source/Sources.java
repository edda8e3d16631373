package io.genstage.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import io.genstage.ProducerStage;
import io.genstage.StageContext;

/**
 * Ready-made producers.
 * <p>
 * Each of them pulls as many events as are asked for, remembers demand that it could not
 * meet, and takes at most 10,000 events at once, however large the demand.
 */
public final class Sources {

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	private Sources() {
	}

	/**
	 * Creates a producer of the elements of a sequence, which completes after the last
	 * one. Each start of the stage begins a new iteration; so it is not started again by
	 * itself when it has failed. The iterator is closed whatever ends the stage, if it is
	 * {@link AutoCloseable}.
	 * @param iterable the sequence, finite or not; without {@code null}
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <E> Sequence<E> iterable(Iterable<? extends E> iterable) {
		return Sequence.of((context) -> Elements.of(iterable));
	}

	/**
	 * Creates a producer of the elements that an iterator still has, which completes
	 * after the last one. The iterator is closed whatever ends the stage, if it is
	 * {@link AutoCloseable}. The stage can be started once.
	 * @param iterator the sequence, finite or not; without {@code null}
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <E> Sequence<E> iterator(Iterator<? extends E> iterator) {
		Supplier<Iterator<? extends E>> once = once(iterator,
				"an iterator can be read only once: use Sources.iterable to start again");
		return Sequence.of((context) -> Elements.of(once.get()));
	}

	/**
	 * Creates a producer of the elements of a stream, which completes after the last one.
	 * The stream is closed whatever ends the stage. The stage can be started once.
	 * @param stream the stream, finite or not; without {@code null}
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <E> Sequence<E> stream(BaseStream<? extends E, ?> stream) {
		return streams(once(stream, "a stream can be read only once: use Sources.streams to start again"));
	}

	/**
	 * Creates a producer of the elements of a stream, which completes after the last one.
	 * Each start of the stage takes a new stream, which is closed whatever ends it; so it
	 * is not started again by itself when it has failed.
	 * @param streams opens a stream
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <E> Sequence<E> streams(Supplier<? extends BaseStream<? extends E, ?>> streams) {
		return streams((StageContext context) -> streams.get());
	}

	/**
	 * Creates a producer of the elements of a stream that is opened with the context of
	 * the stage; otherwise like {@link #streams(Supplier)}.
	 * @param streams opens a stream
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <E> Sequence<E> streams(
			Function<? super StageContext, ? extends BaseStream<? extends E, ?>> streams) {
		return Sequence.of((context) -> Elements.of(streams.apply(context)));
	}

	/**
	 * Creates a producer that is made when its stage starts, for a source that wants the
	 * context of the stage. If the stage fails it is started again, with another one.
	 * @param source makes the producer whose callbacks are called
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <E> ProducerStage<E> deferred(Function<? super StageContext, ? extends ProducerStage<E>> source) {
		return new DeferredProducer<>(source, true);
	}

	private static <T> Supplier<T> once(T sequence, String refusal) {
		AtomicBoolean taken = new AtomicBoolean();
		return () -> {
			if (taken.getAndSet(true)) {
				throw new IllegalStateException(refusal);
			}
			return sequence;
		};
	}

	/**
	 * Creates a producer that calls a supplier for each event, which goes on its way
	 * before the next call; so the supplier may block until there is one. When there is
	 * none it pauses for 10 ms, and twice as long each time after that, up to a second.
	 * @param supplier returns the next event, or {@code null} if there is none for now
	 * @param <E> the type of the events
	 * @return the producer, which never completes by itself
	 */
	public static <E> ProducerStage<E> supplier(Supplier<? extends E> supplier) {
		return pulling(PollSupply.ofSupplier(supplier));
	}

	/**
	 * Creates a producer that polls. What it gets goes on its way before it polls again
	 * for the rest. When it gets nothing it pauses for 10 ms, and twice as long each time
	 * after that, up to a second.
	 * @param poll returns the events that are there now
	 * @param <E> the type of the events
	 * @return the producer, which never completes by itself
	 */
	public static <E> ProducerStage<E> polling(Poll<E> poll) {
		return polling(poll, SHORTEST_PAUSE, LONGEST_PAUSE);
	}

	/**
	 * Creates a producer that polls, with pauses of one's own.
	 * @param poll returns the events that are there now
	 * @param shortestPause the first pause after getting nothing, positive
	 * @param longestPause where the pause stops growing while there are none, at least
	 * {@code shortestPause}
	 * @param <E> the type of the events
	 * @return the producer, which never completes by itself
	 */
	public static <E> ProducerStage<E> polling(Poll<E> poll, Duration shortestPause, Duration longestPause) {
		if (shortestPause.isNegative() || shortestPause.isZero() || longestPause.compareTo(shortestPause) < 0) {
			throw new IllegalArgumentException("expected 0 < shortestPause <= longestPause, but got %s and %s"
				.formatted(shortestPause, longestPause));
		}
		return new PullingProducer<>(new PollSupply<>(poll), shortestPause, longestPause);
	}

	/**
	 * Creates a producer that remembers how far its events have been settled, and goes on
	 * from there when it is started again, with the default options.
	 * @param source what is read, page by page
	 * @param store where the position is saved
	 * @param name the name by which it is saved, of this source only
	 * @param <P> the type of the positions
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <P, E> CheckpointedProducer<P, E> checkpointed(CheckpointedSource<P, E> source,
			ProgressStore<P> store, String name) {
		return checkpointed(source, store, name, CheckpointOptions.defaults());
	}

	/**
	 * Creates a producer that remembers how far its events have been settled, and goes on
	 * from there when it is started again.
	 * @param source what is read, page by page
	 * @param store where the position is saved
	 * @param name the name by which it is saved, of this source only
	 * @param options what becomes of events that aren't settled
	 * @param <P> the type of the positions
	 * @param <E> the type of the events
	 * @return the producer
	 */
	public static <P, E> CheckpointedProducer<P, E> checkpointed(CheckpointedSource<P, E> source,
			ProgressStore<P> store, String name, CheckpointOptions options) {
		return new CheckpointedProducer<>(source, store, name, options);
	}

	/**
	 * Creates a producer of the lines of a file that remembers how far they have been
	 * settled; it completes when all are. For a file that grows, or another resource, see
	 * {@link Lines}.
	 * @param file the file, in UTF-8
	 * @param store where the position is saved
	 * @param name the name by which it is saved, of this file only
	 * @return the producer
	 */
	public static CheckpointedProducer<LinePosition, String> lines(Path file, ProgressStore<LinePosition> store,
			String name) {
		return checkpointed(Lines.of(file), store, name);
	}

	static <E> ProducerStage<E> pulling(Supply<E> supply) {
		return new PullingProducer<>(supply, SHORTEST_PAUSE, LONGEST_PAUSE);
	}

}
