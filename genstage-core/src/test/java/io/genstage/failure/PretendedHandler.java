package io.genstage.failure;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;

import io.genstage.delivery.Outcome;
import io.genstage.demand.ConsumerDemand;
import io.genstage.demand.DemandWindow;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import io.genstage.intake.Refused;
import io.genstage.intake.StageClock;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage without an engine around its handler: what is called and how it ends is written
 * down, and time passes when the test lets it.
 */
final class PretendedHandler implements Attempting<Object>, Aftermath<Object>, StageClock {

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

	private boolean stopped;

	/** Has the letters of keys, if events wait behind them; a key is a first letter. */
	private @Nullable Map<Character, List<Object>> desk;

	/** Whether the source of all events keeps them for another attempt. */
	private Keeping keeping = Keeping.NEVER;

	/** What the source has kept with events. */
	private final Map<Object, Earlier> earlier = new HashMap<>();

	private final Set<Object> replayed = new HashSet<>();

	/** What is answered to the next questions whether an event has its turn. */
	private final Queue<Turn> turns = new ArrayDeque<>();

	private int most = 100;

	/** What writes letters later, if they are not written at once. */
	private @Nullable Queue<Write> writes;

	private final Retrying<Object> retrying;

	PretendedHandler(FailurePolicy policy) {
		this.retrying = new Retrying<>(policy, this, this, this);
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

	void keeping(Keeping keeping) {
		this.keeping = keeping;
	}

	/** Stops the stage behind the call that is under way. */
	void stop() {
		this.stopped = true;
	}

	void acknowledged() {
		this.acknowledged = true;
	}

	/** Lets events wait behind dead letters of their keys. */
	Map<Character, List<Object>> ordering(int most) {
		this.most = most;
		this.desk = new HashMap<>();
		return this.desk;
	}

	/**
	 * Answers the next questions whether an event has its turn, whatever the desk has.
	 */
	void answering(Turn... turns) {
		this.turns.addAll(List.of(turns));
	}

	/** Lets letters be written when somebody says so. */
	Queue<Write> writingLater() {
		this.writes = new ArrayDeque<>();
		return this.writes;
	}

	/** Replays the event of a letter, which is gone if it is handled. */
	void replay(Object event) throws Exception {
		this.replayed.add(event);
		receive(event);
	}

	private static Character key(Object event) {
		return event.toString().charAt(0);
	}

	void receive(Object... events) throws Exception {
		this.retrying.handle(INLET, List.of(events));
	}

	void receiveBatch(Object... events) throws Exception {
		this.retrying.handle(Collections.nCopies(events.length, INLET), List.of(events));
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
	public Attempted attempt(Inlet inlet, List<Object> events, int attempt) {
		Attempted attempted = (this.lists != null) ? this.lists.apply(events) : oneByOne(events);
		StringBuilder call = new StringBuilder();
		for (int place = 0; place < events.size(); place++) {
			boolean done = attempted.isHandled(place);
			call.append((place > 0) ? " " : "").append(events.get(place)).append(done ? "" : "?");
			if (done) {
				this.handled.add(events.get(place));
				if (this.desk != null && this.replayed.remove(events.get(place))) {
					letters(events.get(place)).remove(events.get(place));
				}
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
	public Attempted attempt(List<Inlet> inlets, List<Object> events, int attempt) {
		return attempt(INLET, events, attempt);
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
	public List<Decision> decide(FailuresDecider decider, List<FailedAttempt<?>> failed) {
		try {
			return decider.decideAll(failed);
		}
		catch (Exception ex) {
			return Collections.nCopies(failed.size(), Decision.byPolicy());
		}
	}

	@Override
	public void retries(Ending<Object> ending, Duration delay) {
		// What follows is seen.
	}

	@Override
	public @Nullable Earlier earlier(Object event) {
		return this.earlier.get(event);
	}

	@Override
	public Keeping keeping(Object event) {
		return this.keeping;
	}

	@Override
	public void giveBack(Ending<Object> ending, Duration delay) {
		this.log.add("%ds: %s back for %ds after %d".formatted(Duration.ofNanos(this.now).toSeconds(), ending.event(),
				delay.toSeconds(), ending.attempts()));
		this.earlier.put(ending.event(), new Earlier(ending.attempts(), ending.firstFailed()));
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
		write(() -> {
			if (this.storeFailure == null) {
				keep(ending);
			}
			answered.answered(this.storeFailure);
		});
	}

	@Override
	public void follow(Ending<Object> ending, Followed answered) throws Exception {
		write(() -> {
			boolean kept = this.storeFailure == null && !letters(ending.event()).isEmpty();
			if (kept) {
				assertThat(ending.reason()).isEqualTo("behind a dead letter of its key");
				keep(ending);
			}
			answered.answered(kept, this.storeFailure);
		});
	}

	private void write(Write write) throws Exception {
		if (this.writes != null) {
			this.writes.add(write);
		}
		else {
			write.run();
		}
	}

	private void keep(Ending<Object> ending) {
		if (this.replayed.remove(ending.event())) {
			// Its letter is still there.
			return;
		}
		end(ending, Outcome.DEAD_LETTERED);
		if (this.desk != null) {
			letters(ending.event()).add(ending.event());
		}
	}

	private List<Object> letters(Object event) {
		return (this.desk != null) ? this.desk.computeIfAbsent(key(event), (key) -> new ArrayList<>())
				: new ArrayList<>();
	}

	@Override
	public boolean ordersLetters() {
		return this.desk != null;
	}

	@Override
	public boolean mayBeBehind() {
		return this.desk != null && this.desk.values().stream().anyMatch((letters) -> !letters.isEmpty());
	}

	@Override
	public boolean isReplayed(Object event) {
		return this.replayed.contains(event);
	}

	@Override
	public Turn turn(Object event) {
		if (!this.turns.isEmpty()) {
			return this.turns.remove();
		}
		int letters = isReplayed(event) ? 0 : letters(event).size();
		return (letters == 0) ? Turn.FREE : (letters < this.most) ? Turn.BEHIND : Turn.LATER;
	}

	@Override
	public void outage(@Nullable Throwable failure) {
		this.log
			.add("%ds: %s".formatted(Duration.ofNanos(this.now).toSeconds(), (failure != null) ? "pause" : "go on"));
	}

	@Override
	public void begin(Inlet inlet, Object event, InFlightEvent<Object> inFlight, int attempt, Answered answered) {
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
	public boolean withdraw(InFlightEvent<Object> inFlight) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void lastBegun() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Inlet nobody() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void work(@Nullable Inlet inlet, Object event, int attempt) {
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
		return !this.stopped;
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

	/**
	 * Writes a letter, or fails to.
	 */
	@FunctionalInterface
	interface Write {

		void run() throws Exception;

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
