package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import io.genstage.account.TimeAccount;
import io.genstage.demand.Counter;
import io.genstage.failure.RetryAfterException;
import io.genstage.flight.FlightLog;
import io.genstage.flight.RecordedHandling;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the calls of a handler: the account of their time, the recorder, the
 * observer, the scope, the limit to their time and the faults that a test injects.
 *
 * @param <E> the type of the events
 */
final class HandlerCalls<E> {

	private final StageActor stage;

	/** Null if nobody wants to know what the stage spends its time on. */
	private final @Nullable TimeAccount account;

	private final FlightLog flight = FlightLog.get();

	/** Whoever may let the handler fail in its place, mostly nobody. */
	private final @Nullable List<FaultInjector> faults;

	/** Surrounds the calls of the handler, mostly nobody. */
	private final @Nullable StageObserver observer;

	/** Mostly nobody. */
	private final @Nullable CallScope scope;

	/** How long an attempt may take, null for as long as it likes. */
	private final @Nullable Duration timeout;

	/** Null if calls may take as long as they like. */
	private final @Nullable TimedCall timedCall;

	/** Odd while the handler has events in a turn; any thread may look. */
	private final Counter calls = new Counter();

	HandlerCalls(StageActor stage, StageOptions options) {
		this.stage = stage;
		this.account = stage.account();
		this.faults = faults(options);
		this.observer = stage.observer();
		this.scope = options.scope();
		this.timeout = (options.failure() != null) ? options.failure().timeout() : null;
		this.timedCall = (this.timeout != null) ? new TimedCall(this.timeout, stage.scheduler()) : null;
	}

	@Nullable TimeAccount account() {
		return this.account;
	}

	/** Returns whether something surrounds each call of the handler. */
	boolean areScoped() {
		return this.scope != null;
	}

	/** Returns a call that is surrounded. */
	ScopedCall scoped(ScopedCall.Body body) {
		return new ScopedCall(Objects.requireNonNull(this.scope), body);
	}

	/** Returns how long an attempt may take, or null for as long as it likes. */
	@Nullable Duration timeout() {
		return this.timeout;
	}

	/** Returns how often the handler was called and how often that was over. */
	long count() {
		return this.calls.get();
	}

	/** Returns whether the handler is being called in a turn. */
	boolean isCalling() {
		return (this.calls.get() & 1) != 0;
	}

	/** Begins to account for events in hand, and to record them if somebody does. */
	@Nullable RecordedHandling beginAll(int events) {
		this.stage.beginCalls(events);
		return record(events);
	}

	/** Events have been handled by one call. */
	void endCall(int events) {
		this.stage.endCall(events);
	}

	/** Events have been handled by a call for each of them. */
	void endCalls(int events) {
		if (this.account != null) {
			this.account.endCalls(events);
		}
	}

	/** Returns whether the next call for one event is to be timed by itself. */
	boolean samplesNext() {
		return this.account != null && this.account.samplesNext();
	}

	/** A call has ended that is timed by itself. */
	void sample() {
		if (this.account != null) {
			this.account.sample();
		}
	}

	private @Nullable RecordedHandling record(int events) {
		return this.flight.handling(this.stage.name(), events);
	}

	private static @Nullable List<FaultInjector> faults(StageOptions options) {
		List<FaultInjector> faults = options.listeners()
			.stream()
			.filter(FaultInjector.class::isInstance)
			.map(FaultInjector.class::cast)
			.toList();
		return faults.isEmpty() ? null : faults;
	}

	/** Lets the handler fail before it is called, if somebody wants that. */
	void injectFault(E event) throws Exception {
		if (this.faults != null) {
			injectFaults(List.of(event));
		}
	}

	void injectFaults(List<E> events) throws Exception {
		if (this.faults != null) {
			for (FaultInjector fault : this.faults) {
				fault.beforeHandling(this.stage.self(), events);
			}
		}
	}

	/** A call, or what it has begun, has failed, unless that is null. */
	void failed(@Nullable Throwable failure) {
		if (this.account != null && failure != null) {
			this.account.fail(failure instanceof RetryAfterException);
		}
	}

	/** Begins to watch a call for an event and the work that it begins. */
	WatchedCall watch(E carried, int attempt) {
		return WatchedCall.of(record(1), observe(carried, attempt));
	}

	/** Begins to observe a call for an event, or returns null if nobody does. */
	@Nullable ObservedCall observe(E carried, int attempt) {
		return (this.observer != null) ? observe(List.of(Settlements.payloadOf(carried)), List.of(carried), attempt)
				: null;
	}

	/** Begins to observe a call for an event in hand, or returns null if nobody does. */
	@Nullable ObservedCall observe(InHand<E> inHand, int place, int attempt) {
		return (this.observer != null) ? observe(inHand.carried().get(place), attempt) : null;
	}

	/**
	 * Begins to observe a call for events, or returns null if nobody does.
	 * @param carried the events as they came
	 */
	@Nullable ObservedCall observe(List<?> events, List<?> carried, int attempt) {
		return (this.observer != null) ? ObservedCall.begin(this.observer, this.stage.self(), events, carried, attempt)
				: null;
	}

	/** The stage calls the handler in a turn. */
	void begin() {
		this.calls.add(1);
		if (this.timedCall != null) {
			this.timedCall.begin();
		}
	}

	/** The call is over. */
	void end() {
		endsLate();
		this.calls.add(1);
		this.stage.clearInterrupt();
	}

	/** Ends the time of a call and returns whether it was over before. */
	boolean endsLate() {
		return this.timedCall != null && this.timedCall.end();
	}

	TimeoutException lateFailure(@Nullable Throwable cause) {
		return Objects.requireNonNull(this.timedCall).failure(this.stage.name(), cause);
	}

}
