package io.genstage.failure;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

import io.genstage.batch.Batch;
import io.genstage.delivery.Outcome;
import io.genstage.demand.Counter;
import io.genstage.intake.Handling;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import io.genstage.intake.Refused;
import io.genstage.intake.StageClock;
import org.jspecify.annotations.Nullable;

/**
 * Lets the failure of an event concern that event only: stands between the intake of a
 * stage and its handler, and keeps what waits for another attempt.
 * <p>
 * What waits is kept in lines. The first of a line may be attempted when it is due, and
 * the others wait for it: all events, those of a key, or none, as the policy says. An
 * event whose attempts are used up while nothing has succeeded since its first failure is
 * undecided: it may be at fault, or something that all of them need. It stays at the head
 * of its line. Before a later event of the line is attempted, it is tried once more at no
 * cost, so that nothing overtakes it if it was not at fault.
 * <p>
 * Not thread-safe: used in the turns of the stage, but for {@link #held}.
 *
 * @param <E> the type of the events
 */
public final class Retrying<E> implements Handling<E> {

	/** The most calls with one event that the isolation of a list may take. */
	private static final int MOST_ISOLATED = 50;

	/** How long to wait before a dead letter that could not be written is tried again. */
	private static final Duration FIRST_REWRITE = Duration.ofSeconds(1);

	private static final Duration LAST_REWRITE = Duration.ofSeconds(30);

	private static final Object ALL = new Object();

	private final FailurePolicy policy;

	private final Attempting<E> stage;

	private final StageClock clock;

	private final Outage outage;

	private final Map<Object, Line<E>> lines = new LinkedHashMap<>();

	/** Dead letters that are being written, or whose writing has failed. */
	private final Set<PendingLetter<E>> letters = Collections.newSetFromMap(new IdentityHashMap<>());

	/** Undecided events, beside which others may come that decide about them. */
	private final Set<Waiting<E>> yielding = Collections.newSetFromMap(new IdentityHashMap<>());

	/** How many events of a subscription are kept here. */
	private final Map<Inlet, Integer> kept = new HashMap<>();

	/** Subscriptions that have ended before all their events were finished. */
	private final Set<Inlet> ending = new LinkedHashSet<>();

	private final Counter held = new Counter();

	/** What the handler has now, or has had when it made the stage fail. */
	private List<Waiting<E>> inHand = List.of();

	private long probeAt;

	private long successesSeen;

	/** How many writings of dead letters have failed and are to be tried again. */
	private int unwritten;

	private long batches;

	private boolean busy;

	private boolean draining;

	/** Whether no other events will come. */
	private boolean over;

	private boolean drained;

	public Retrying(FailurePolicy policy, Attempting<E> stage, StageClock clock) {
		this.policy = policy;
		this.stage = stage;
		this.clock = clock;
		this.outage = new Outage(policy.outage());
	}

	// What comes from the intake

	@Override
	public void handle(Inlet inlet, List<E> events) throws Exception {
		if (isQuiet()) {
			Attempted attempted = this.stage.attempt(inlet, events);
			if (attempted.isHandled()) {
				succeeded();
				return;
			}
			goOn(() -> attemptAll(conclude(waiting((place) -> inlet, events), attempted)));
			return;
		}
		goOn(() -> attemptAll(waiting((place) -> inlet, events)));
	}

	@Override
	public void handle(List<Inlet> inlets, List<E> events) throws Exception {
		if (isQuiet()) {
			Attempted attempted = this.stage.attempt(inlets, events);
			if (attempted.isHandled()) {
				succeeded();
				return;
			}
			goOn(() -> attemptAll(conclude(waiting(inlets::get, events), attempted)));
			return;
		}
		// A batch stays together, as its handler expects it.
		Unit<E> batch = new Unit<>(waiting(inlets::get, events), keyOf(events));
		goOn(() -> admit(batch));
	}

	@Override
	public void begin(Inlet inlet, E event, InFlightEvent<E> inFlight) throws Exception {
		Unit<E> unit = new Unit<>(List.of(new Waiting<>(inlet, event, null, inFlight)), keyOf(event));
		if (mustWait(unit)) {
			goOn(() -> append(unit));
		}
		else {
			begin(unit, inFlight, true);
		}
	}

	private void begin(Unit<E> unit, InFlightEvent<E> inFlight, boolean counts) throws Exception {
		Waiting<E> waiting = unit.events().get(0);
		unit.run();
		this.stage.begin(waiting.inlet(), waiting.event(), inFlight, (failure) -> answered(unit, failure, counts));
	}

	/** The work for an event in flight is over. */
	private void answered(Unit<E> unit, @Nullable Throwable failure, boolean counts) throws Exception {
		Line<E> line = unit.line();
		if (failure == null) {
			succeeded();
			if (line != null) {
				line.remove(unit);
				forgetIfEmpty(line);
				release(unit.events().get(0));
			}
		}
		else if (line == null) {
			goOn(() -> failed(unit, failure));
			return;
		}
		else {
			goOn(() -> decide(line, unit, failure, counts));
			return;
		}
		wake();
	}

	private static <E> List<Waiting<E>> waiting(IntFunction<Inlet> inlets, List<E> events) {
		Batch<?, E> batch = (events instanceof Batch<?, E> known) ? known : null;
		List<Waiting<E>> all = new ArrayList<>(events.size());
		for (int place = 0; place < events.size(); place++) {
			all.add(new Waiting<>(inlets.apply(place), events.get(place), batch, null));
		}
		return all;
	}

	/** Returns whether nothing has to be looked at but the events that have come. */
	private boolean isQuiet() {
		return this.lines.isEmpty() && !isHeldUp();
	}

	private boolean isHeldUp() {
		return this.outage.isOpen() || this.unwritten > 0;
	}

	/**
	 * Attempts events of one message, which have come in this order, as far as nothing of
	 * them has to wait.
	 */
	private void attemptAll(List<Waiting<E>> all) throws Exception {
		List<Waiting<E>> rest = all;
		while (!rest.isEmpty() && this.stage.goesOn()) {
			List<Waiting<E>> free = new ArrayList<>(rest.size());
			for (Waiting<E> next : rest) {
				Unit<E> unit = new Unit<>(List.of(next), keyOf(next.event()));
				if (mustWait(unit)) {
					append(unit);
				}
				else {
					free.add(next);
				}
			}
			rest = free.isEmpty() ? List.of() : conclude(free, attempt(free));
		}
		rest.forEach(this::left);
	}

	private void admit(Unit<E> unit) throws Exception {
		if (mustWait(unit)) {
			append(unit);
			return;
		}
		attemptAll(conclude(unit.events(), attempt(unit.events())));
	}

	private @Nullable Object keyOf(List<E> events) {
		return (events.size() == 1) ? keyOf(events.get(0)) : wholeKey();
	}

	private @Nullable Object keyOf(E event) {
		return this.policy.order().keyOf(this.stage.payload(event));
	}

	/** A list that has failed as a whole holds up everything, if there is an order. */
	private @Nullable Object wholeKey() {
		return (this.policy.order().kind() == RetryOrder.Kind.NONE) ? null : ALL;
	}

	private boolean mustWait(Unit<E> unit) {
		if (isHeldUp()) {
			return true;
		}
		Object key = unit.key();
		return key != null && (this.lines.containsKey(ALL) || this.lines.containsKey(key)
				|| (key == ALL && !this.lines.isEmpty()));
	}

	private void append(Unit<E> unit) {
		keep(unit);
		unit.dueAt(this.clock.nanoTime());
		line(unit).add(unit);
	}

	private Line<E> line(Unit<E> unit) {
		Object key = unit.key();
		if (key == null) {
			return this.lines.computeIfAbsent(unit, Line::new);
		}
		return (key == ALL || this.lines.containsKey(ALL)) ? lineOfAll() : this.lines.computeIfAbsent(key, Line::new);
	}

	/**
	 * Returns the one line that there is while a list waits that has failed as a whole.
	 */
	private Line<E> lineOfAll() {
		Line<E> known = this.lines.get(ALL);
		if (known != null) {
			return known;
		}
		Line<E> all = new Line<>(ALL);
		for (Line<E> line : List.copyOf(this.lines.values())) {
			if (line.first().key() != null) {
				this.lines.remove(line.key());
				line.units().forEach(all::add);
			}
		}
		this.lines.put(ALL, all);
		return all;
	}

	/** Lets keys go on by themselves when no list waits any more. */
	private void divideLine() {
		Line<E> all = this.lines.get(ALL);
		if (all != null && all.units().stream().noneMatch((unit) -> unit.key() == ALL)) {
			this.lines.remove(ALL);
			all.units().forEach((unit) -> line(unit).add(unit));
		}
	}

	// Attempts

	private Attempted attempt(List<Waiting<E>> events) throws Exception {
		Inlet first = events.get(0).inlet();
		boolean same = events.stream().allMatch((waiting) -> waiting.inlet().equals(first));
		List<E> all = together(events.get(0).batch(), events.stream().map(Waiting::event).toList());
		this.inHand = events;
		Attempted attempted = same ? this.stage.attempt(first, all)
				: this.stage.attempt(events.stream().map(Waiting::inlet).toList(), all);
		this.inHand = List.of();
		return attempted;
	}

	private static <E> List<E> together(@Nullable Batch<?, E> batch, List<E> events) {
		return (batch != null) ? new Batch<>(batch.key(), events, batch.closing()) : events;
	}

	/**
	 * Does what the outcome of an attempt asks for.
	 * @return the events that the handler has not got to
	 */
	private List<Waiting<E>> conclude(List<Waiting<E>> events, Attempted attempted) throws Exception {
		if (attempted.hasHandled()) {
			succeeded();
		}
		if (attempted.failure() != null) {
			List<Waiting<E>> together = unhandled(events, attempted);
			failed(new Unit<>(together, keyOf(together.stream().map(Waiting::event).toList())), attempted.failure());
			return List.of();
		}
		List<Waiting<E>> untouched = new ArrayList<>();
		Map<Integer, Throwable> failed = attempted.causes();
		for (int place = 0; place < events.size(); place++) {
			Throwable cause = failed.get(place);
			Waiting<E> event = events.get(place);
			if (cause != null) {
				Unit<E> unit = new Unit<>(List.of(event), keyOf(event.event()));
				appendBefore(unit, untouched);
				failed(unit, cause);
			}
			else if (!attempted.isHandled(place)) {
				untouched.add(event);
			}
		}
		return untouched;
	}

	/** Lets those wait that must not be overtaken by one that has failed. */
	private void appendBefore(Unit<E> failed, List<Waiting<E>> older) {
		Object key = failed.key();
		if (key == null) {
			return;
		}
		for (Waiting<E> waiting : List.copyOf(older)) {
			if (key.equals(keyOf(waiting.event()))) {
				append(new Unit<>(List.of(waiting), key));
				older.remove(waiting);
			}
		}
	}

	private static <E> List<Waiting<E>> unhandled(List<Waiting<E>> events, Attempted attempted) {
		List<Waiting<E>> unhandled = new ArrayList<>(events.size());
		for (int place = 0; place < events.size(); place++) {
			if (!attempted.isHandled(place)) {
				unhandled.add(events.get(place));
			}
		}
		return unhandled;
	}

	/** Lets go of what an attempt has handled of a unit, and returns the others. */
	private List<Waiting<E>> releaseHandled(Unit<E> unit, List<Waiting<E>> events, Attempted attempted) {
		List<Waiting<E>> others = unhandled(events, attempted);
		Set<Waiting<E>> handled = new LinkedHashSet<>(events);
		others.forEach(handled::remove);
		unit.events().removeAll(handled);
		handled.forEach(this::release);
		return others;
	}

	/** A first attempt has failed. */
	private void failed(Unit<E> unit, Throwable cause) throws Exception {
		keep(unit);
		Line<E> line = line(unit);
		line.add(unit);
		decide(line, unit, cause, true);
	}

	/** Decides what becomes of the failure of a unit that waits in a line. */
	private void decide(Line<E> line, Unit<E> unit, Throwable cause, boolean counts) throws Exception {
		unit.failed(cause, this.clock.nanoTime(), this.outage.successes(), counts);
		Decision decision = decision(unit, cause);
		switch (decision.kind()) {
			case RETRY -> later(unit, delay(decision));
			case DEAD_LETTER -> end(line, unit, FailurePolicy.Then.DEAD_LETTER, "its decider says so");
			case SKIP -> end(line, unit, FailurePolicy.Then.SKIP, "its decider says so");
			case FAIL -> end(line, unit, FailurePolicy.Then.FAIL, "its decider says so");
			case POLICY -> decideByPolicy(line, unit, cause, counts);
		}
	}

	private static Duration delay(Decision decision) {
		return (decision.delay() != null) ? decision.delay() : Duration.ZERO;
	}

	private Decision decision(Unit<E> unit, Throwable cause) {
		FailureDecider decider = this.policy.decider();
		if (decider == null || unit.events().size() > 1) {
			return Decision.byPolicy();
		}
		return this.stage.decide(decider, unit.events().get(0).event(), cause, unit.attempts());
	}

	private void decideByPolicy(Line<E> line, Unit<E> unit, Throwable cause, boolean counts) throws Exception {
		if (cause instanceof EventRejectedException rejected) {
			end(line, unit, this.policy.then(), rejected.reason());
			return;
		}
		if (!this.policy.retries().helpAgainst(cause)) {
			end(line, unit, this.policy.then(), "another attempt would not help");
			return;
		}
		if (!counts) {
			triedInVain(line, unit);
			return;
		}
		if (!this.draining && this.outage.failed(unit, cause)) {
			this.probeAt = later(this.policy.outage().pause());
			this.stage.outage(cause);
		}
		if (isExpired(unit)) {
			end(line, unit, FailurePolicy.Then.SKIP, "it has expired");
			return;
		}
		Duration delay = this.policy.retries().delay(unit.attempts());
		if (delay == null) {
			usedUp(line, unit);
		}
		else if (this.draining) {
			later(unit, Duration.ZERO);
		}
		else {
			Duration wish = (cause instanceof RetryAfterException again) ? again.delay() : null;
			later(unit, (wish != null) ? wish : delay);
		}
	}

	/** An attempt that costs nothing has failed. */
	private void triedInVain(Line<E> line, Unit<E> unit) throws Exception {
		if (this.outage.isOpen()) {
			unit.dueAt(later(this.policy.outage().pause()));
		}
		else if (this.policy.isolate() && unit.events().size() > 1) {
			// None of those that aren't at fault is to be overtaken.
			isolate(line, unit);
		}
		else {
			usedUp(line, unit);
		}
	}

	private boolean isExpired(Unit<E> unit) {
		Duration expireAfter = this.policy.expireAfter();
		return expireAfter != null && this.clock.nanoTime() - unit.firstFailed() >= expireAfter.toNanos();
	}

	private void later(Unit<E> unit, Duration delay) {
		unit.dueAt(later(delay));
		unit.decided(true);
		unit.events().forEach((waiting) -> this.stage.retries(unit.ending(waiting, ""), delay));
	}

	private long later(Duration delay) {
		return this.clock.nanoTime() + delay.toNanos();
	}

	private void usedUp(Line<E> line, Unit<E> unit) throws Exception {
		if (isUndecided(unit)) {
			leaveUndecided(unit);
		}
		else if (this.policy.isolate() && unit.events().size() > 1) {
			isolate(line, unit);
		}
		else {
			end(line, unit, this.policy.then(), "its attempts are used up");
		}
	}

	private boolean isUndecided(Unit<E> unit) {
		return this.outage.isGuarding() && !this.draining && !hasEnded()
				&& (this.outage.isOpen() || this.outage.successes() == unit.successesBefore());
	}

	private void leaveUndecided(Unit<E> unit) {
		unit.dueAt(later(this.policy.outage().pause()));
		unit.decided(false);
		if (!this.outage.isOpen()) {
			unit.events().forEach(this::makeRoomBeside);
		}
	}

	/** Returns whether no other event can come that might decide. */
	private boolean hasEnded() {
		return (this.over || (!this.ending.isEmpty() && this.kept.keySet().equals(this.ending)))
				&& this.lines.values().stream().allMatch(Line::isUndecided);
	}

	/** Halves a unit until the events at fault are known. */
	private void isolate(Line<E> line, Unit<E> unit) throws Exception {
		Deque<List<Waiting<E>>> parts = new ArrayDeque<>(halves(List.copyOf(unit.events())));
		Map<Waiting<E>, Throwable> culprits = new HashMap<>();
		int singles = 0;
		while (!parts.isEmpty() && this.stage.goesOn()) {
			List<Waiting<E>> part = parts.pop();
			if (part.size() == 1 && singles++ >= MOST_ISOLATED) {
				culprits.put(part.get(0), unit.cause());
				continue;
			}
			Attempted attempted = attempt(part);
			if (attempted.hasHandled()) {
				succeeded();
			}
			List<Waiting<E>> rest = releaseHandled(unit, part, attempted);
			Throwable failure = attempted.failure();
			if (failure != null && rest.size() > 1) {
				List<List<Waiting<E>>> halves = halves(rest);
				parts.push(halves.get(1));
				parts.push(halves.get(0));
			}
			else if (failure != null) {
				rest.forEach((waiting) -> culprits.put(waiting, failure));
			}
			else if (!rest.isEmpty()) {
				attempted.failed().forEach((one) -> culprits.put(part.get(one.place()), one.cause()));
				List<Waiting<E>> untouched = rest.stream().filter((waiting) -> !culprits.containsKey(waiting)).toList();
				if (!untouched.isEmpty()) {
					parts.push(untouched);
				}
			}
		}
		if (isUndecided(unit)) {
			leaveUndecided(unit);
			return;
		}
		parts.forEach((part) -> part.forEach((waiting) -> culprits.put(waiting, unit.cause())));
		line.remove(unit);
		forgetIfEmpty(line);
		unit.numberBatch(() -> ++this.batches);
		for (Waiting<E> waiting : unit.events()) {
			Throwable cause = culprits.get(waiting);
			if (cause != null) {
				end(unit.part(List.of(waiting), null).withCause(cause), this.policy.then(),
						"it was found to be at fault");
			}
		}
	}

	private static <E> List<List<Waiting<E>>> halves(List<Waiting<E>> events) {
		int middle = events.size() / 2;
		return List.of(events.subList(0, middle), events.subList(middle, events.size()));
	}

	// Ends

	private void end(Line<E> line, Unit<E> unit, FailurePolicy.Then then, String reason) throws Exception {
		line.remove(unit);
		forgetIfEmpty(line);
		end(unit, then, reason);
	}

	private void end(Unit<E> unit, FailurePolicy.Then then, String reason) throws Exception {
		unit.numberBatch(() -> ++this.batches);
		for (Waiting<E> waiting : unit.events()) {
			Attempting.Ending<E> ending = unit.ending(waiting, reason);
			switch (then) {
				case DEAD_LETTER -> bury(new PendingLetter<>(waiting, ending), FIRST_REWRITE);
				case SKIP -> settle(waiting, ending, Outcome.SKIPPED);
				case FAIL -> settle(waiting, ending, Outcome.FAILED);
			}
		}
	}

	private void settle(Waiting<E> waiting, Attempting.Ending<E> ending, Outcome outcome) throws Exception {
		this.stage.settle(ending, outcome);
		leave(waiting);
	}

	/**
	 * The event stays here until its letter is stored, and the stage waits if it can't
	 * be.
	 */
	private void bury(PendingLetter<E> letter, Duration pause) throws Exception {
		letter.pause = pause;
		letter.failed = false;
		this.letters.add(letter);
		this.stage.bury(letter.ending, (failure) -> buried(letter, failure));
	}

	private void buried(PendingLetter<E> letter, @Nullable Throwable failure) throws Exception {
		if (!this.letters.contains(letter)) {
			return;
		}
		if (failure == null) {
			this.letters.remove(letter);
			leave(letter.waiting);
		}
		else if (this.draining) {
			this.letters.remove(letter);
			settle(letter.waiting, letter.ending, Outcome.FAILED);
		}
		else {
			letter.dueAt = later(letter.pause);
			letter.failed = true;
			this.unwritten++;
		}
		wake();
	}

	private void rewriteDue() throws Exception {
		long now = this.clock.nanoTime();
		List<PendingLetter<E>> due = this.letters.stream()
			.filter((letter) -> letter.failed && (this.draining || letter.dueAt - now <= 0))
			.toList();
		for (PendingLetter<E> letter : due) {
			this.unwritten--;
			Duration twice = letter.pause.multipliedBy(2);
			bury(letter, (twice.compareTo(LAST_REWRITE) < 0) ? twice : LAST_REWRITE);
		}
	}

	// The course of time

	/**
	 * Attempts what is due by now.
	 * @throws Exception what makes the stage fail
	 */
	public void wake() throws Exception {
		goOn(() -> {
		});
	}

	/** Takes a step, then those that are possible by it. */
	private void goOn(Step step) throws Exception {
		if (this.busy) {
			step.take();
			return;
		}
		this.busy = true;
		try {
			step.take();
			rewriteDue();
			boolean goesOn = true;
			while (goesOn && this.stage.goesOn()) {
				divideLine();
				lookAgainAfterSuccess();
				goesOn = this.outage.isOpen() ? probe() : attemptDue();
			}
			this.held.set(this.kept.values().stream().mapToInt(Integer::intValue).sum());
			setAlarm();
		}
		finally {
			this.busy = false;
		}
		endFinished();
	}

	/**
	 * What is undecided may not be at fault, or is to be decided, as something was
	 * handled.
	 */
	private void lookAgainAfterSuccess() {
		if (this.successesSeen == this.outage.successes()) {
			return;
		}
		this.successesSeen = this.outage.successes();
		long now = this.clock.nanoTime();
		this.lines.values().stream().filter(Line::isUndecided).forEach((line) -> line.first().dueAt(now));
	}

	private boolean attemptDue() throws Exception {
		if (this.unwritten > 0 && !this.draining) {
			return false;
		}
		long now = this.clock.nanoTime();
		for (Line<E> line : this.lines.values()) {
			Unit<E> next = line.next();
			if (!next.isRunning() && (this.draining || hasEnded() || next.due() - now <= 0)) {
				attemptNext(line, next);
				return true;
			}
		}
		return false;
	}

	private void attemptNext(Line<E> line, Unit<E> next) throws Exception {
		Unit<E> undecided = line.undecided();
		if (undecided != null && !undecided.isRunning() && attempt(line, undecided, undecided.events(), false)) {
			// It was not at fault, nor are those behind it.
			line.decideAgain(this.clock.nanoTime());
			return;
		}
		// A decider may want to have the undecided one tried again first.
		if (undecided != next && line.next() == next && this.stage.goesOn() && !this.outage.isOpen()
				&& attempt(line, next, next.events(), true)) {
			// Those before it are at fault, as this one is handled.
			for (Unit<E> older : line.allUndecided()) {
				if (older == undecided) {
					// To halve it once more would let its members be overtaken by this
					// one.
					end(line, older, this.policy.then(), "its attempts are used up");
				}
				else {
					usedUp(line, older);
				}
			}
		}
	}

	/** Tries with one event whether an outage is over. */
	private boolean probe() throws Exception {
		boolean due = this.draining || this.probeAt - this.clock.nanoTime() <= 0;
		if (!due || this.lines.isEmpty()) {
			return false;
		}
		if (this.draining) {
			this.outage.giveUp();
			return true;
		}
		Line<E> line = this.lines.values().iterator().next();
		// The next probe is one of another line.
		this.lines.remove(line.key());
		this.lines.put(line.key(), line);
		Unit<E> unit = line.first();
		this.probeAt = later(this.policy.outage().pause());
		if (!unit.isRunning()) {
			attempt(line, unit, List.of(unit.events().get(0)), false);
		}
		return true;
	}

	private void succeeded() {
		boolean ends = this.outage.isOpen();
		this.outage.succeeded();
		if (ends) {
			this.stage.outage(null);
			long now = this.clock.nanoTime();
			this.lines.values().forEach((line) -> line.decideAgain(now));
		}
	}

	/**
	 * Attempts some events of a unit, which are finished if they are handled.
	 * @return whether they are
	 */
	private boolean attempt(Line<E> line, Unit<E> unit, List<Waiting<E>> events, boolean counts) throws Exception {
		if (isAbandoned(unit)) {
			end(line, unit, FailurePolicy.Then.FAIL, "drain");
			return false;
		}
		InFlightEvent<E> inFlight = events.get(0).inFlight();
		if (inFlight != null) {
			begin(unit, inFlight, counts);
			return false;
		}
		Attempted attempted = attempt(events);
		if (attempted.hasHandled()) {
			succeeded();
		}
		if (attempted.isHandled()) {
			line.finish(unit, events);
			forgetIfEmpty(line);
			events.forEach(this::release);
			return true;
		}
		Throwable failure = attempted.failure();
		if (failure == null && events.size() == 1) {
			failure = attempted.failed().get(0).cause();
		}
		if (failure != null) {
			releaseHandled(unit, events, attempted);
			decide(line, unit, failure, counts);
			return false;
		}
		split(line, unit, events, attempted);
		return false;
	}

	/**
	 * Only some events of a unit have failed: from now on each goes its own way, in its
	 * place.
	 */
	private void split(Line<E> line, Unit<E> unit, List<Waiting<E>> events, Attempted attempted) throws Exception {
		Map<Integer, Throwable> failed = attempted.causes();
		List<Unit<E>> parts = new ArrayList<>();
		List<Unit<E>> failures = new ArrayList<>();
		for (int place = 0; place < events.size(); place++) {
			Waiting<E> waiting = events.get(place);
			Throwable cause = failed.get(place);
			if (cause == null && attempted.isHandled(place)) {
				release(waiting);
				continue;
			}
			Unit<E> part = unit.part(List.of(waiting), keyOf(waiting.event()));
			part.dueAt(this.clock.nanoTime());
			parts.add(part);
			if (cause != null) {
				failures.add(part.withCause(cause));
			}
		}
		line.replace(unit, parts);
		forgetIfEmpty(line);
		for (Unit<E> part : failures) {
			decide(line, part, part.cause(), true);
		}
	}

	/** In a drain, the source of an event gets it back with its attempts not used up. */
	private boolean isAbandoned(Unit<E> unit) {
		return this.draining && unit.attempts() > 0
				&& unit.events().stream().allMatch((waiting) -> this.stage.isAcknowledged(waiting.event()));
	}

	private void setAlarm() {
		long now = this.clock.nanoTime();
		long soonest = Long.MAX_VALUE;
		if (this.outage.isOpen()) {
			soonest = this.lines.isEmpty() ? soonest : this.probeAt - now;
		}
		else if (this.unwritten == 0) {
			for (Line<E> line : this.lines.values()) {
				soonest = line.next().isRunning() ? soonest : Math.min(soonest, line.next().due() - now);
			}
		}
		for (PendingLetter<E> letter : this.letters) {
			soonest = letter.failed ? Math.min(soonest, letter.dueAt - now) : soonest;
		}
		if (soonest != Long.MAX_VALUE) {
			this.clock.wakeAt(now + soonest);
		}
	}

	// What is kept

	private void keep(Unit<E> unit) {
		for (Waiting<E> waiting : unit.events()) {
			this.kept.merge(waiting.inlet(), 1, Integer::sum);
			if (waiting.inFlight() == null) {
				this.stage.unfinished(waiting.inlet(), 1);
			}
		}
	}

	/**
	 * Lets another event come in the place of one that only another one decides about.
	 * These are fewer units than an outage needs to begin.
	 */
	private void makeRoomBeside(Waiting<E> waiting) {
		if (waiting.inFlight() == null && this.yielding.add(waiting)) {
			this.stage.unfinished(waiting.inlet(), -1);
		}
	}

	/** An event that was kept here has been handled. */
	private void release(Waiting<E> waiting) {
		this.kept.computeIfPresent(waiting.inlet(), (known, events) -> (events > 1) ? events - 1 : null);
		if (waiting.inFlight() == null && !this.yielding.remove(waiting)) {
			this.stage.unfinished(waiting.inlet(), -1);
		}
	}

	/** An event that was kept here is never going to be handled. */
	private void leave(Waiting<E> waiting) throws Exception {
		release(waiting);
		InFlightEvent<E> inFlight = waiting.inFlight();
		if (inFlight != null) {
			inFlight.giveUp();
		}
	}

	private void forgetIfEmpty(Line<E> line) {
		if (line.isEmpty()) {
			this.lines.remove(line.key());
		}
	}

	/** Returns whether events wait for their last word. */
	public boolean isBusy() {
		return !this.kept.isEmpty();
	}

	/** Returns how many events wait here for another attempt. Any thread may ask. */
	public long held() {
		return this.held.get();
	}

	/** Names all that waits, which is lost with the stage. */
	public void close() {
		this.lines.values().forEach((line) -> line.units().forEach((unit) -> unit.events().forEach(this::left)));
		this.letters.forEach((letter) -> left(letter.waiting));
		this.lines.clear();
		this.letters.clear();
		this.kept.clear();
		this.yielding.clear();
		this.held.set(0);
	}

	private void left(Waiting<E> waiting) {
		// Those in flight are named by their intake, and those in hand by the stage.
		if (waiting.inFlight() == null && !this.inHand.contains(waiting)) {
			this.stage.left(waiting.inlet(), List.of(waiting.event()));
		}
	}

	// What has to wait for it

	/**
	 * Gives all that waits its last attempts at once, since there is no time to wait.
	 * @throws Exception what makes the stage fail
	 */
	public void hurry() throws Exception {
		this.draining = true;
		wake();
	}

	@Override
	public void ended(Inlet inlet) throws Exception {
		this.ending.add(inlet);
		wake();
	}

	@Override
	public void drained() throws Exception {
		this.over = true;
		this.drained = true;
		wake();
	}

	private void endFinished() throws Exception {
		for (Inlet inlet : List.copyOf(this.ending)) {
			if (!this.kept.containsKey(inlet) && !this.stage.hasFailed() && this.ending.remove(inlet)) {
				this.stage.ended(inlet);
			}
		}
		if (this.drained && !isBusy() && !this.stage.hasFailed()) {
			this.drained = false;
			this.stage.drained();
		}
	}

	// What is not its business

	@Override
	public void work(@Nullable Inlet inlet, E event) throws Exception {
		this.stage.work(inlet, event);
	}

	@Override
	public void finished(Inlet inlet, E event) {
		this.stage.finished(inlet, event);
	}

	@Override
	public void lost(@Nullable Inlet inlet, List<E> events, String reason, @Nullable Throwable cause) {
		this.stage.lost(inlet, events, reason, cause);
	}

	@Override
	public boolean goesOn() {
		return this.stage.goesOn();
	}

	@Override
	public boolean hasFailed() {
		return this.stage.hasFailed();
	}

	@Override
	public void discard(Inlet inlet, List<Refused<E>> refused) {
		this.stage.discard(inlet, refused);
	}

	@Override
	public void left(Inlet inlet, List<E> events) {
		this.stage.left(inlet, events);
	}

	@Override
	public void exceeded(Inlet inlet, int events) {
		this.stage.exceeded(inlet, events);
	}

	/**
	 * A step, after which others may be possible.
	 */
	@FunctionalInterface
	private interface Step {

		void take() throws Exception;

	}

	/**
	 * An event that has come.
	 */
	record Waiting<E>(Inlet inlet, E event, @Nullable Batch<?, E> batch, @Nullable InFlightEvent<E> inFlight) {

		// Each is one of its own, whatever the events say.

		@Override
		@SuppressWarnings("EqualsHashCode")
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

	/**
	 * A dead letter on its way to its store.
	 */
	private static final class PendingLetter<E> {

		private final Waiting<E> waiting;

		private final Attempting.Ending<E> ending;

		private Duration pause = FIRST_REWRITE;

		private boolean failed;

		private long dueAt;

		PendingLetter(Waiting<E> waiting, Attempting.Ending<E> ending) {
			this.waiting = waiting;
			this.ending = ending;
		}

	}

}
