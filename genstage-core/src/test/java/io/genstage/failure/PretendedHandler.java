package io.genstage.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

import io.genstage.delivery.Outcome;
import io.genstage.demand.ConsumerDemand;
import io.genstage.demand.DemandWindow;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import io.genstage.intake.Refused;
import io.genstage.intake.StageClock;
import org.jspecify.annotations.Nullable;

/**
 * A stage without an engine around its handler: what is called and how it ends is written
 * down, and time passes when the test lets it.
 */
final class PretendedHandler implements Attempting<Object>, StageClock {

	static final Inlet INLET = new OneInlet();

	/** What the handler does with each event: null to handle it, or what it throws. */
	private Function<Object, @Nullable Throwable> each = (event) -> null;

	/** What a handler of lists does, or null for one of single events. */
	private @Nullable Function<List<Object>, Attempted> lists;

	private final List<String> log = new ArrayList<>();

	private final List<Object> handled = new ArrayList<>();

	private final Map<Object, Outcome> settled = new LinkedHashMap<>();

	private final Map<Object, Long> batches = new HashMap<>();

	private final List<Object> left = new ArrayList<>();

	private @Nullable Throwable storeFailure;

	private int unfinished;

	private int drains;

	private int ends;

	private long now;

	private OptionalLong alarm = OptionalLong.empty();

	private boolean acknowledged;

	private final Retrying<Object> retrying;

	PretendedHandler(FailurePolicy policy) {
		this.retrying = new Retrying<>(policy, this, this);
	}

	void failing(Function<Object, @Nullable Throwable> each) {
		this.each = each;
	}

	void handlingLists(Function<List<Object>, Attempted> lists) {
		this.lists = lists;
	}

	void storing(@Nullable Throwable failure) {
		this.storeFailure = failure;
	}

	void acknowledged() {
		this.acknowledged = true;
	}

	void receive(Object... events) throws Exception {
		this.retrying.handle(INLET, List.of(events));
	}

	void drain() throws Exception {
		this.retrying.drained();
	}

	void end() throws Exception {
		this.retrying.ended(INLET);
	}

	/** Lets time pass, with what is due meanwhile. */
	void advance(Duration time) throws Exception {
		long end = this.now + time.toNanos();
		while (this.alarm.isPresent() && this.alarm.getAsLong() <= end) {
			this.now = Math.max(this.now, this.alarm.getAsLong());
			this.alarm = OptionalLong.empty();
			this.retrying.wake();
		}
		this.now = end;
	}

	/** Returns what was called, with the second in which it was. */
	List<String> log() {
		return this.log;
	}

	List<Object> handled() {
		return this.handled;
	}

	Map<Object, Outcome> settled() {
		return this.settled;
	}

	long batchOf(Object event) {
		return this.batches.get(event);
	}

	List<Object> left() {
		return this.left;
	}

	int unfinished() {
		return this.unfinished;
	}

	int drains() {
		return this.drains;
	}

	int ends() {
		return this.ends;
	}

	Retrying<Object> retrying() {
		return this.retrying;
	}

	@Override
	public Attempted attempt(Inlet inlet, List<Object> events) {
		Attempted attempted = (this.lists != null) ? this.lists.apply(events) : oneByOne(events);
		StringBuilder call = new StringBuilder();
		for (int place = 0; place < events.size(); place++) {
			boolean done = attempted.isHandled(place);
			call.append((place > 0) ? " " : "").append(events.get(place)).append(done ? "" : "?");
			if (done) {
				this.handled.add(events.get(place));
			}
		}
		this.log.add("%ds: %s".formatted(Duration.ofNanos(this.now).toSeconds(), call));
		return attempted;
	}

	private Attempted oneByOne(List<Object> events) {
		for (int place = 0; place < events.size(); place++) {
			Throwable thrown = this.each.apply(events.get(place));
			if (thrown != null) {
				return Attempted.failedAt(place, thrown);
			}
		}
		return Attempted.HANDLED;
	}

	@Override
	public Attempted attempt(List<Inlet> inlets, List<Object> events) {
		return attempt(INLET, events);
	}

	@Override
	public void unfinished(Inlet inlet, int change) {
		this.unfinished += change;
	}

	@Override
	public Object payload(Object event) {
		return event;
	}

	@Override
	public boolean isAcknowledged(Object event) {
		return this.acknowledged;
	}

	@Override
	public Decision decide(FailureDecider decider, Object event, Throwable cause, int attempts) {
		try {
			return decider.decide(event, cause, attempts);
		}
		catch (Exception ex) {
			return Decision.byPolicy();
		}
	}

	@Override
	public void retries(Ending<Object> ending, Duration delay) {
		// What follows is seen.
	}

	@Override
	public void settle(Ending<Object> ending, Outcome outcome) {
		end(ending, outcome);
	}

	private void end(Ending<Object> ending, Outcome outcome) {
		this.batches.put(ending.event(), ending.batch());
		if (this.settled.put(ending.event(), outcome) != null) {
			throw new AssertionError(ending.event() + " is settled twice");
		}
	}

	@Override
	public void bury(Ending<Object> ending, Answered answered) throws Exception {
		if (this.storeFailure == null) {
			end(ending, Outcome.DEAD_LETTERED);
		}
		answered.answered(this.storeFailure);
	}

	@Override
	public void outage(@Nullable Throwable failure) {
		this.log
			.add("%ds: %s".formatted(Duration.ofNanos(this.now).toSeconds(), (failure != null) ? "pause" : "go on"));
	}

	@Override
	public void begin(Inlet inlet, Object event, InFlightEvent<Object> inFlight, Answered answered) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void handle(Inlet inlet, List<Object> events) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void handle(List<Inlet> inlets, List<Object> events) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void begin(Inlet inlet, Object event, InFlightEvent<Object> inFlight) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void work(@Nullable Inlet inlet, Object event) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void finished(Inlet inlet, Object event) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void lost(@Nullable Inlet inlet, List<Object> events, String reason, @Nullable Throwable cause) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean goesOn() {
		return true;
	}

	@Override
	public boolean hasFailed() {
		return false;
	}

	@Override
	public void discard(Inlet inlet, List<Refused<Object>> refused) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void left(Inlet inlet, List<Object> events) {
		this.left.addAll(events);
	}

	@Override
	public void exceeded(Inlet inlet, int events) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void ended(Inlet inlet) {
		this.ends++;
	}

	@Override
	public void drained() {
		this.drains++;
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	@Override
	public void wakeAt(long time) {
		this.alarm = OptionalLong.of(Math.min(time, this.alarm.orElse(Long.MAX_VALUE)));
	}

	@Override
	public void wake() {
		wakeAt(this.now);
	}

	private record OneInlet() implements Inlet {

		@Override
		public ConsumerDemand demand() {
			return new DemandWindow(10, 5);
		}

		@Override
		public int maxDemand() {
			return 10;
		}

		@Override
		public int minDemand() {
			return 5;
		}

		@Override
		public void ask(long demand) {
			// Nobody is asked.
		}

	}

}
