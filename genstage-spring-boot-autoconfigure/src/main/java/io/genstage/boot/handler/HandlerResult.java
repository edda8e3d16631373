package io.genstage.boot.handler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.BaseStream;

import io.genstage.boot.handler.ReactiveResults.Cardinality;
import io.genstage.buffer.EventList;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Outcomes;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The one rule for what a handler may return: nothing, one event, several, or something
 * that will become one of these and is waited for.
 * <p>
 * The value decides, as the declared type may be as wide as {@code Object}. Only an
 * {@code Iterable} that is no collection must be declared as one: a {@code Path} is an
 * {@code Iterable} too, and is meant as one event.
 */
final class HandlerResult {

	/** What to do if a publisher can't know how much is wanted. */
	static final String INSTEAD_OF_PUBLISHER = "let a @Producer method that takes the demand as a long return it, "
			+ "or let it be a Stream";

	private final ResolvableType declared;

	/** Whether it is nothing to be waited for, by its type. */
	private final boolean completeAtOnce;

	/**
	 * The class of the first value that was one event. Most handlers return always the
	 * same, for each event, so it need not be asked again what its values stand for. A
	 * thread that doesn't see what another has found out asks again.
	 */
	private @Nullable Class<?> oneEvent;

	private HandlerResult(ResolvableType declared, boolean completeAtOnce) {
		this.declared = declared;
		this.completeAtOnce = completeAtOnce;
	}

	/**
	 * Returns what a handler of this declared type returns.
	 * @param declared the type with generics, {@link ResolvableType#NONE} if it is not
	 * known
	 * @return the result, of what the declared type promises if it is to be waited for
	 */
	static HandlerResult of(ResolvableType declared) {
		Class<?> type = declared.toClass();
		boolean later = type == Object.class || CompletionStage.class.isAssignableFrom(type)
				|| ReactiveResults.cardinality(type) != null;
		return new HandlerResult(awaited(declared), !later);
	}

	/**
	 * Returns what a method returns. A suspend function always returns something to be
	 * waited for, whatever type the user wrote.
	 */
	static HandlerResult of(StageMethod method) {
		HandlerResult written = of(method.returnType());
		return method.isSuspending() ? new HandlerResult(written.declared, false) : written;
	}

	private static ResolvableType awaited(ResolvableType declared) {
		Class<?> type = declared.toClass();
		if (CompletionStage.class.isAssignableFrom(type)) {
			return awaited(declared.as(CompletionStage.class).getGeneric());
		}
		return (ReactiveResults.cardinality(type) == Cardinality.ONE) ? awaited(declared.getGeneric()) : declared;
	}

	/** Returns whether it is never something to be waited for, by its type. */
	boolean isCompleteAtOnce() {
		return this.completeAtOnce;
	}

	/** Returns whether it never stands for an event, by its type. */
	boolean isNothing() {
		Class<?> type = this.declared.toClass();
		return isOutcomes() || type == void.class || type == Void.class
				|| ReactiveResults.cardinality(type) == Cardinality.NONE
				|| (isPublisher() && this.declared.getGeneric().toClass() == Void.class);
	}

	/** Returns whether it says what has become of the events, by its type. */
	boolean isOutcomes() {
		return this.declared.toClass() == Outcomes.class;
	}

	/** Returns whether it is the outcome of another event, by its type. */
	boolean isOutcome() {
		return this.declared.toClass() == Outcome.class;
	}

	/** Returns whether it is surely some event, by its type. */
	boolean isSomething() {
		Class<?> type = this.declared.toClass();
		return !isNothing() && type != Object.class && !(isPublisher() && !EventTypes.isKnown(eventType()));
	}

	/** Returns whether it is a stream of any kind, by its type. */
	boolean isStream() {
		return BaseStream.class.isAssignableFrom(this.declared.toClass());
	}

	/** Returns whether it is a reactive type of several events. */
	boolean isPublisher() {
		return ReactiveResults.cardinality(this.declared.toClass()) == Cardinality.MANY;
	}

	/**
	 * Returns the type of the events that it stands for.
	 * @return the type, or {@link ResolvableType#NONE} if the declared type doesn't say
	 */
	ResolvableType eventType() {
		Class<?> type = this.declared.toClass();
		if (isNothing()) {
			return ResolvableType.NONE;
		}
		return EventTypes.known(isSeveral(type) ? element(type) : this.declared);
	}

	private boolean isSeveral(Class<?> type) {
		return type == Iterable.class || Collection.class.isAssignableFrom(type) || type == Optional.class || isStream()
				|| Object[].class.isAssignableFrom(type) || isPublisher();
	}

	private ResolvableType element(Class<?> type) {
		if (type.isArray()) {
			return this.declared.getComponentType();
		}
		if (Iterable.class.isAssignableFrom(type)) {
			return this.declared.as(Iterable.class).getGeneric();
		}
		return isStream() ? this.declared.as(BaseStream.class).getGeneric() : this.declared.getGeneric();
	}

	/**
	 * Returns the events that a returned value stands for, when it is complete.
	 * @param value {@code null} for none, or one of
	 * <ul>
	 * <li>an {@code Optional}, a {@code Collection}, an array of objects, a declared
	 * {@code Iterable}, or a {@code Stream} of any kind, which is read and closed</li>
	 * <li>a {@code CompletionStage} of any of these, or a reactive type</li>
	 * <li>anything else, also an array of primitives: one event</li>
	 * </ul>
	 * @return the events
	 * @throws Exception what the value failed with
	 */
	List<Object> events(@Nullable Object value) throws Exception {
		if (value == null) {
			return List.of();
		}
		return isOneEvent(value) ? List.of(value) : others(value);
	}

	/**
	 * Returns the {@linkplain #events(Object) events} that a returned value stands for,
	 * those before its failure too.
	 * @param value the value
	 * @param failing gets what the value failed with behind events that were there
	 * @return the events
	 * @throws Exception what the value failed with before any event
	 */
	List<Object> events(@Nullable Object value, Consumer<Throwable> failing) throws Exception {
		if (value == null || isOneEvent(value) || value instanceof Collection) {
			return events(value);
		}
		List<Object> events = new ArrayList<>();
		try {
			read(value, events);
		}
		catch (Exception | Error ex) {
			if (events.isEmpty()) {
				throw ex;
			}
			failing.accept(ex);
		}
		return Collections.unmodifiableList(events);
	}

	/**
	 * Adds the {@linkplain #events(Object) events} that a returned value stands for, when
	 * it is complete; if it fails, those before that.
	 */
	void addTo(Consumer<? super Object> events, @Nullable Object value) throws Exception {
		if (value == null) {
			return;
		}
		if (isOneEvent(value)) {
			events.accept(value);
			return;
		}
		List<Object> others = new ArrayList<>();
		try {
			read(value, others);
		}
		finally {
			addTo(events, others);
		}
	}

	private static void addTo(Consumer<? super Object> events, List<Object> others) {
		for (Object event : others) {
			if (event == null) {
				throw new IllegalStateException(
						"element %d of what the handler of an event returned is null: leave it out for no event"
							.formatted(others.indexOf(null) + 1));
			}
			events.accept(event);
		}
	}

	/**
	 * Returns the stream that a returned value is, or becomes.
	 * @param value a stream, or something that is waited for
	 * @return the stream, to be read and closed by the caller
	 * @throws Exception what the value failed with
	 */
	static BaseStream<?, ?> stream(@Nullable Object value) throws Exception {
		if (value instanceof BaseStream<?, ?> stream) {
			return stream;
		}
		if (value instanceof CompletionStage<?> stage) {
			return stream(Awaited.valueOf(stage));
		}
		if (value != null && ReactiveResults.cardinality(value.getClass()) == Cardinality.ONE) {
			List<?> values = ReactiveResults.await(value);
			return stream(values.isEmpty() ? null : values.get(0));
		}
		throw new IllegalStateException(
				"expected a stream, but got %s".formatted((value != null) ? value.getClass().getName() : "null"));
	}

	/**
	 * Refuses a value of a reactive type of several events, which the declared type hid.
	 * @param value what was returned by user code that doesn't know how much is wanted
	 */
	static void refusePublisher(@Nullable Object value) {
		if (value != null && ReactiveResults.cardinality(value.getClass()) == Cardinality.MANY) {
			throw new IllegalStateException(
					"it is asked again and again, but answers with %s, without knowing how much is wanted: %s"
						.formatted(value.getClass().getName(), INSTEAD_OF_PUBLISHER));
		}
	}

	/**
	 * Returns the {@linkplain #events(Object) events} that a returned value will stand
	 * for, without waiting for it.
	 * @param value the value
	 * @return completes with the events, or fails as the value does; to cancel it cancels
	 * what is to become of the value
	 */
	CompletableFuture<List<Object>> future(@Nullable Object value) throws Exception {
		if (value instanceof CompletionStage<?> stage) {
			return then(stage.toCompletableFuture(), this::future);
		}
		Cardinality cardinality = (value != null) ? ReactiveResults.cardinality(value.getClass()) : null;
		if (value == null || cardinality == null) {
			return CompletableFuture.completedFuture(events(value));
		}
		CompletableFuture<List<Object>> values = ReactiveResults.future(value);
		return (cardinality == Cardinality.MANY) ? values
				: then(values, (one) -> future((one == null || one.isEmpty()) ? null : one.get(0)));
	}

	private static <T, R> CompletableFuture<R> then(CompletableFuture<T> first, Step<T, R> step) {
		CompletableFuture<R> all = first.thenCompose((value) -> {
			try {
				return step.next(value);
			}
			catch (Exception ex) {
				return CompletableFuture.failedFuture(ex);
			}
		});
		CompletableFuture<?> unused = all.whenComplete((events, failure) -> {
			if (all.isCancelled()) {
				first.cancel(true);
			}
		});
		return all;
	}

	/**
	 * What follows when a value is there.
	 */
	@FunctionalInterface
	private interface Step<T, R> {

		CompletionStage<R> next(@Nullable T value) throws Exception;

	}

	/**
	 * Waits until a returned value is complete that stands for no events.
	 * @param value the value
	 * @param call the events that the handler had, of which the value may say what has
	 * become of them
	 * @throws Exception what the value failed with, or what it says has failed
	 */
	void await(@Nullable Object value, List<?> call) throws Exception {
		if (value instanceof Outcomes) {
			HandlerAnswer.check(value, call);
		}
		else if (value instanceof Outcome || isOutcomes() || isOutcome() || (value != null && !isOneEvent(value))) {
			check((value instanceof Outcome) ? List.of(value) : (value != null) ? others(value) : List.of(), call);
		}
	}

	/**
	 * Looks at a value that is complete.
	 * @return what it is, if it is one thing
	 */
	private @Nullable Object check(List<Object> values, List<?> call) throws Exception {
		Object first = values.isEmpty() ? null : values.get(0);
		if (isOutcomes() || first instanceof Outcomes) {
			HandlerAnswer.check(first, call);
		}
		else if (isOutcome() || first instanceof Outcome) {
			HandlerAnswer.checkOutcome(first);
		}
		return first;
	}

	/**
	 * Returns what will become of a value that stands for no events, without waiting for
	 * it.
	 * @param value the value
	 * @param event the event that the handler had
	 * @return completes when the value does, with the outcome if it is one; fails as it
	 * does, or with what it says
	 */
	CompletableFuture<Object> future(@Nullable Object value, Object event) throws Exception {
		return then(future(value), (values) -> {
			Object known = check((values != null) ? values : List.of(), List.of(event));
			return CompletableFuture.completedFuture((known instanceof Outcome) ? known : List.of());
		});
	}

	private boolean isOneEvent(Object value) {
		Class<?> known = this.oneEvent;
		if (value.getClass() == known) {
			return true;
		}
		if (standsForOthers(value)) {
			return false;
		}
		if (known == null) {
			this.oneEvent = value.getClass();
		}
		return true;
	}

	private boolean standsForOthers(Object value) {
		return value instanceof Collection || value instanceof Optional || value instanceof CompletionStage
				|| value instanceof BaseStream || value instanceof Object[]
				|| (value instanceof Iterable && this.declared.toClass() == Iterable.class)
				|| ReactiveResults.cardinality(value.getClass()) != null;
	}

	private List<Object> others(Object value) throws Exception {
		if (value instanceof EventList<?> unchanging) {
			return EventList.copyOf(unchanging);
		}
		if (value instanceof List<?> list) {
			return Collections.unmodifiableList(list);
		}
		List<Object> events = new ArrayList<>();
		read(value, events);
		return Collections.unmodifiableList(events);
	}

	/** Reads one or several events, or none; if that fails, those before that. */
	private void read(Object value, List<Object> into) throws Exception {
		Cardinality cardinality = ReactiveResults.cardinality(value.getClass());
		if (value instanceof CompletionStage<?> stage) {
			readAny(Awaited.valueOf(stage), into);
		}
		else if (cardinality == Cardinality.MANY) {
			ReactiveResults.await(value, into);
		}
		else if (cardinality != null) {
			List<?> values = ReactiveResults.await(value);
			readAny(values.isEmpty() ? null : values.get(0), into);
		}
		else if (value instanceof Optional<?> optional) {
			optional.ifPresent(into::add);
		}
		else if (value instanceof Collection<?> collection) {
			into.addAll(collection);
		}
		else if (value instanceof Object[] array) {
			Collections.addAll(into, array);
		}
		else if (value instanceof BaseStream<?, ?> stream) {
			try (stream) {
				stream.iterator().forEachRemaining(into::add);
			}
		}
		else {
			((Iterable<?>) value).iterator().forEachRemaining(into::add);
		}
	}

	private void readAny(@Nullable Object value, List<Object> into) throws Exception {
		if (value != null && isOneEvent(value)) {
			into.add(value);
		}
		else if (value != null) {
			read(value, into);
		}
	}

}
