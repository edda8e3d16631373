package io.genstage.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;

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
 * If events wait behind dead letters of their keys, an event is attempted only while
 * there are none; otherwise it becomes one of them, when it is its turn in its line. One
 * letter of a key is written at a time. An undecided event is then left for events of
 * other keys to decide about, as long as the guard pauses; only after that the next one
 * of its key is attempted.
 * <p>
 * Not thread-safe: used in the turns of the stage, but for {@link #held}.
 *
 * @param <E> the type of the events
 */
public final class Retrying<E> implements Handling<E> {

	/** How long to wait before a dead letter that could not be written is tried again. */
	private static final Duration FIRST_REWRITE = Duration.ofSeconds(1);

	private static final Duration LAST_REWRITE = Duration.ofSeconds(30);

	/** The same in a drain, whose time is short: the store may be back any moment. */
	private static final Duration LAST_REWRITE_IN_A_DRAIN = Duration.ofSeconds(2);

	/**
	 * A handler may say any time, of which the nanoseconds may be too many for a number.
	 */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private static final Object ALL = new Object();

	private static final String DECIDED = "its decider says so";

	private static final String BEHIND = "behind a dead letter of its key";

	private static final String HELD = "its source keeps it for its next attempt";

	/**
	 * How long to wait before it is asked again whether there is room for a letter, or
	 * whether a source keeps an event.
	 */
	private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

	private final FailurePolicy policy;

	private final Attempting<E> stage;

	private final Aftermath<E> aftermath;

	private final StageClock clock;

	private final Outage outage;

	private final Map<Object, Line<E>> lines = new LinkedHashMap<>();

	/** Dead letters that are being written, or whose writing has failed. */
	private final Map<Waiting<E>, PendingLetter<E>> letters = new LinkedHashMap<>(0);

	/** How many letters of each key are being written, for which its events wait. */
	private final Map<Object, Integer> closed = new HashMap<>(0);

	/** Events of which the store said that there is no letter in front of them. */
	private final Set<Waiting<E>> cleared = Collections.newSetFromMap(new IdentityHashMap<>(0));

	/** Undecided events, beside which others may come that decide about them. */
	private final Set<Waiting<E>> yielding = Collections.newSetFromMap(new IdentityHashMap<>());

	/** Units that are to be given back to their sources if these keep them. */
	private final Set<Unit<E>> leaving = new LinkedHashSet<>(0);

	/** What dead letters are to have in the place of their events. */
	private final Map<Waiting<E>, Object> replaced = new HashMap<>(0);

	/** Events that are in flight now, and not only waiting here for that. */
	private final Set<InFlightEvent<E>> begun = Collections.newSetFromMap(new IdentityHashMap<>());

	/** How many events of a subscription are kept here. */
	private final Map<Inlet, Integer> kept = new HashMap<>();

	/** How many of these are in flight. */
	private int keptInFlight;

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

	/** Whether no events will come but those that were begun. */
	private boolean over;

	private boolean drained;

	public Retrying(FailurePolicy policy, Attempting<E> stage, Aftermath<E> aftermath, StageClock clock) {
		this.policy = policy;
		this.stage = stage;
		this.aftermath = aftermath;
		this.clock = clock;
		this.outage = new Outage(policy.outage());
	}

	// What comes from the intake

	@Override
	public void handle(Inlet inlet, List<E> events) throws Exception {
		if (isQuiet() && !this.aftermath.mayBeBehind()) {
			Attempted attempted = this.stage.attempt(inlet, events, 1);
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
		if (isQuiet() && !this.aftermath.mayBeBehind()) {
			Attempted attempted = this.stage.attempt(inlets, events, 1);
			if (attempted.isHandled()) {
				succeeded();
				return;
			}
			goOn(() -> attemptAll(conclude(waiting(inlets::get, events), attempted)));
			return;
		}
		// A batch stays together, as its handler expects it.
		goOn(() -> admitBatch(waiting(inlets::get, events)));
	}

	private void admitBatch(List<Waiting<E>> batch) throws Exception {
		Unit<E> whole = unit(batch);
		List<Waiting<E>> replayed = batch.stream().filter(this::isReplayed).toList();
		if (replayed.isEmpty() || !mustWait(whole)) {
			admit(whole);
			return;
		}
		// The others may have to wait for these.
		admit(unit(replayed));
		List<Waiting<E>> others = batch.stream().filter((waiting) -> !replayed.contains(waiting)).toList();
		if (!others.isEmpty()) {
			admit(unit(others));
		}
	}

	private Unit<E> unit(List<Waiting<E>> together) {
		return new Unit<>(together, keyOf(together.stream().map(Waiting::event).toList()));
	}

	private boolean isReplayed(Waiting<E> waiting) {
		return this.aftermath.ordersLetters() && this.aftermath.isReplayed(waiting.event());
	}

	@Override
	public void begin(Inlet inlet, E event, InFlightEvent<E> inFlight) throws Exception {
		Unit<E> unit = new Unit<>(List.of(new Waiting<>(inlet, event, null, inFlight)), keyOf(event));
		unit.goOnFrom(this.aftermath.earlier(event));
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
		this.begun.add(inFlight);
		this.stage.begin(waiting.inlet(), waiting.event(), inFlight, unit.attempts() + 1,
				(failure) -> answered(unit, inFlight, failure, counts));
	}

	/** The work for an event in flight is over. */
	private void answered(Unit<E> unit, InFlightEvent<E> inFlight, @Nullable Throwable failure, boolean counts)
			throws Exception {
		if (!this.begun.remove(inFlight)) {
			return;
		}
		Line<E> line = unit.line();
		if (failure == null) {
			succeeded();
			if (line != null) {
				goOn(() -> handled(line, unit));
				return;
			}
			if (hasNothingToDo()) {
				this.successesSeen = this.outage.successes();
				return;
			}
		}
		else if (line == null) {
			goOn(() -> failed(unit, failure));
			return;
		}
		else {
			goOn(() -> decide(unit, failure, counts));
			return;
		}
		wake();
	}

	/** An event in flight that had to wait for others of its line is handled. */
	private void handled(Line<E> line, Unit<E> unit) throws Exception {
		List<Unit<E>> inVain = line.undecidedBefore(unit);
		line.remove(unit);
		release(unit.events().get(0));
		handledBehind(line, inVain);
		if (!unit.isDecided()) {
			line.decideAgain(this.clock.nanoTime());
		}
		forgetIfEmpty(line);
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
		return this.lines.isEmpty() && this.closed.isEmpty() && !isHeldUp();
	}

	/** Returns whether nothing could be possible by something that is over. */
	private boolean hasNothingToDo() {
		return isQuiet() && this.letters.isEmpty() && this.leaving.isEmpty() && this.ending.isEmpty() && !this.drained;
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
			// Asked once for each key: the answer may be another one a moment later.
			Set<Object> freeKeys = new HashSet<>();
			for (Waiting<E> next : rest) {
				Unit<E> unit = new Unit<>(List.of(next), keyOf(next.event()));
				Object key = unit.key();
				if ((key == null || !freeKeys.contains(key)) && mustWait(unit)) {
					append(unit);
				}
				else {
					free.add(next);
					if (key != null && !isReplayed(next)) {
						freeKeys.add(key);
					}
				}
			}
			rest = free.isEmpty() ? List.of() : conclude(free, attempt(free, 1));
		}
		rest.forEach(this::left);
	}

	private void admit(Unit<E> unit) throws Exception {
		if (mustWait(unit)) {
			append(unit);
			return;
		}
		attemptAll(conclude(unit.events(), attempt(unit.events(), 1)));
	}

	private @Nullable Object keyOf(List<E> events) {
		return (events.size() == 1) ? keyOf(events.get(0)) : wholeKey();
	}

	private @Nullable Object keyOf(E event) {
		return this.policy.order().keyOf(this.aftermath.payload(event));
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
				|| (key == ALL && !this.lines.isEmpty()) || isClosed(unit) || isBehind(unit));
	}

	private boolean isBehind(Unit<E> unit) {
		return this.aftermath.mayBeBehind()
				&& unit.events().stream().anyMatch((waiting) -> turn(waiting) != Aftermath.Turn.FREE);
	}

	private Aftermath.Turn turn(Waiting<E> waiting) {
		// Once is enough: what comes to the desk later is younger, except from here.
		return this.cleared.contains(waiting) ? Aftermath.Turn.FREE : this.aftermath.turn(waiting.event());
	}

	private void append(Unit<E> unit) {
		keep(unit);
		unit.dueAt(this.clock.nanoTime());
		if (isReplayed(unit.events().get(0))) {
			// It is older than whatever waits here.
			line(unit).addFirst(unit);
		}
		else {
			line(unit).add(unit);
		}
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

	private Attempted attempt(List<Waiting<E>> events, int attempt) throws Exception {
		Inlet first = events.get(0).inlet();
		boolean same = events.stream().allMatch((waiting) -> waiting.inlet().equals(first));
		List<E> all = together(events.get(0).batch(), events.stream().map(Waiting::event).toList());
		this.inHand = events;
		Attempted attempted = same ? this.stage.attempt(first, all, attempt)
				: this.stage.attempt(events.stream().map(Waiting::inlet).toList(), all, attempt);
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
		List<Failure<E>> failures = new ArrayList<>();
		Map<Integer, Throwable> failed = attempted.causes();
		for (int place = 0; place < events.size(); place++) {
			Throwable cause = failed.get(place);
			Waiting<E> event = events.get(place);
			if (cause != null) {
				Unit<E> unit = new Unit<>(List.of(event), keyOf(event.event()));
				appendBefore(unit, untouched);
				failures.add(enter(unit, cause));
			}
			else if (!attempted.isHandled(place)) {
				untouched.add(event);
			}
		}
		decide(failures, true);
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
		decide(List.of(enter(unit, cause)), true);
	}

	/** Puts what has failed at its first attempt into its line. */
	private Failure<E> enter(Unit<E> unit, Throwable cause) {
		keep(unit);
		line(unit).add(unit);
		return new Failure<>(unit, cause);
	}

	/** Decides what becomes of the failure of a unit that waits in a line. */
	private void decide(Unit<E> unit, Throwable cause, boolean counts) throws Exception {
		decide(List.of(new Failure<>(unit, cause)), counts);
	}

	/** Decides what becomes of all that has failed in a call. */
	private void decide(List<Failure<E>> failures, boolean counts) throws Exception {
		long now = this.clock.nanoTime();
		failures.forEach((failure) -> {
			goOnFromEarlier(failure.unit());
			failure.unit().failed(failure.cause(), now, this.outage.successes(), counts);
		});
		Iterator<Decision> decisions = askAboutAll(failures, counts).iterator();
		for (Failure<E> failure : failures) {
			if (!decidesTogether(failure, counts)) {
				conclude(failure, decision(failure), counts);
			}
			else if (failure.unit().events().size() == 1) {
				conclude(failure, decisions.next(), counts);
			}
			else {
				List<Decision> own = new ArrayList<>();
				failure.unit().events().forEach((waiting) -> own.add(decisions.next()));
				conclude(failure, own, counts);
			}
		}
	}

	/** A list has attempts of its own, whatever those of its events were. */
	private void goOnFromEarlier(Unit<E> unit) {
		if (unit.events().size() == 1) {
			unit.goOnFrom(this.aftermath.earlier(unit.events().get(0).event()));
		}
	}

	private List<Decision> askAboutAll(List<Failure<E>> failures, boolean counts) {
		List<FailedAttempt<?>> failed = new ArrayList<>();
		failures.stream()
			.filter((failure) -> decidesTogether(failure, counts))
			.forEach((failure) -> failure.unit()
				.events()
				.forEach((waiting) -> failed.add(new FailedAttempt<>(this.aftermath.payload(waiting.event()),
						failure.cause(), Math.max(failure.unit().attempts(), 1)))));
		return (!failed.isEmpty() && this.policy.decider() instanceof FailuresDecider decider)
				? this.aftermath.decide(decider, failed) : List.of();
	}

	/** Not about a list of which only one event may have been tried. */
	private boolean decidesTogether(Failure<E> failure, boolean counts) {
		return this.policy.decider() instanceof FailuresDecider && (counts || failure.unit().events().size() == 1);
	}

	private Decision decision(Failure<E> failure) {
		FailureDecider decider = this.policy.decider();
		Unit<E> unit = failure.unit();
		if (decider == null || unit.events().size() > 1) {
			return Decision.byPolicy();
		}
		return this.aftermath.decide(decider, unit.events().get(0).event(), failure.cause(), unit.attempts());
	}

	private void conclude(Failure<E> failure, Decision decision, boolean counts) throws Exception {
		Unit<E> unit = failure.unit();
		Line<E> line = failure.line();
		unit.events().forEach((waiting) -> replaceLetter(waiting, decision));
		FailurePolicy.Then then = end(decision);
		if (then != null) {
			end(line, unit, then, DECIDED);
		}
		else if (decision.kind() == Decision.Kind.RETRY) {
			later(unit, delay(decision));
		}
		else {
			decideByPolicy(line, unit, failure.cause(), counts);
		}
	}

	/** Decides about each event of a list that has failed as a whole. */
	private void conclude(Failure<E> failure, List<Decision> decisions, boolean counts) throws Exception {
		Unit<E> unit = failure.unit();
		Line<E> line = failure.line();
		List<Waiting<E>> events = List.copyOf(unit.events());
		Duration again = null;
		for (int place = 0; place < events.size(); place++) {
			Waiting<E> waiting = events.get(place);
			Decision decision = decisions.get(place);
			replaceLetter(waiting, decision);
			FailurePolicy.Then then = end(decision);
			if (then != null) {
				unit.numberBatch(() -> ++this.batches);
				unit.events().remove(waiting);
				end(unit.part(List.of(waiting), null), then, DECIDED);
			}
			else if (decision.kind() == Decision.Kind.RETRY) {
				Duration delay = delay(decision);
				again = (again != null && again.compareTo(delay) > 0) ? again : delay;
			}
		}
		if (unit.events().isEmpty()) {
			line.remove(unit);
			forgetIfEmpty(line);
		}
		else if (again != null) {
			later(unit, again);
		}
		else {
			decideByPolicy(line, unit, failure.cause(), counts);
		}
	}

	/** Returns what a decision makes of an event, or null if that is still open. */
	private static FailurePolicy.@Nullable Then end(Decision decision) {
		return switch (decision.kind()) {
			case DEAD_LETTER -> FailurePolicy.Then.DEAD_LETTER;
			case SKIP -> FailurePolicy.Then.SKIP;
			case FAIL -> FailurePolicy.Then.FAIL;
			case RETRY, POLICY -> null;
		};
	}

	private void replaceLetter(Waiting<E> waiting, Decision decision) {
		if (decision.letter() != null) {
			this.replaced.put(waiting, decision.letter());
		}
	}

	private static Duration delay(Decision decision) {
		return (decision.delay() != null) ? decision.delay() : Duration.ZERO;
	}

	private void decideByPolicy(Line<E> line, Unit<E> unit, Throwable cause, boolean counts) throws Exception {
		if (isHopeless(cause)) {
			if (this.policy.isolate() && unit.events().size() > 1) {
				isolate(line, unit);
			}
			else {
				end(line, unit, this.policy.then(), reason(cause, "another attempt would not help"));
			}
			return;
		}
		if (!counts) {
			triedInVain(line, unit);
			return;
		}
		if (!this.draining && this.outage.failed(unit.events(), cause)) {
			this.probeAt = later(this.policy.outage().pause());
			this.aftermath.outage(cause);
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

	/** Returns whether another attempt of the same would fail as well. */
	private boolean isHopeless(Throwable cause) {
		return cause instanceof EventRejectedException || !this.policy.retries().helpAgainst(cause);
	}

	private static String reason(Throwable cause, String usual) {
		return (cause instanceof EventRejectedException rejected) ? rejected.reason() : usual;
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
		unit.events().forEach((waiting) -> this.aftermath.retries(ending(unit, waiting, ""), delay));
		if (delay.compareTo(this.policy.hold()) > 0 && unit.key() == null && unit.events().size() == 1) {
			this.leaving.add(unit);
		}
	}

	/**
	 * Gives those back that need not wait here. Not in an outage, in which they are what
	 * is tried, nor in a drain, in which they are attempted at once.
	 */
	private void giveBack() throws Exception {
		for (Unit<E> unit : this.stage.goesOn() ? List.copyOf(this.leaving) : List.<Unit<E>>of()) {
			Line<E> line = unit.line();
			Duration wait = Duration.ofNanos(unit.due() - this.clock.nanoTime());
			boolean waits = line != null && !unit.isRunning() && !this.draining && !this.outage.isOpen()
					&& this.lines.get(line.key()) == line && wait.compareTo(this.policy.hold()) > 0;
			Aftermath.Keeping keeping = waits ? this.aftermath.keeping(unit.events().get(0).event())
					: Aftermath.Keeping.NEVER;
			if (keeping != Aftermath.Keeping.LATER) {
				this.leaving.remove(unit);
			}
			if (line != null && keeping == Aftermath.Keeping.KEEPS) {
				Waiting<E> waiting = unit.events().get(0);
				line.remove(unit);
				forgetIfEmpty(line);
				this.aftermath.giveBack(ending(unit, waiting, HELD), wait);
				leave(waiting);
			}
		}
	}

	private Aftermath.Ending<E> ending(Unit<E> unit, Waiting<E> waiting, String reason) {
		return unit.ending(waiting, reason, this.replaced.get(waiting));
	}

	private long later(Duration delay) {
		return this.clock.nanoTime() + shorter(delay, LONGEST).toNanos();
	}

	@Override
	public boolean withdraw(InFlightEvent<E> inFlight) {
		if (this.letters.keySet().stream().anyMatch((waiting) -> waiting.inFlight() == inFlight)) {
			return false;
		}
		this.begun.remove(inFlight);
		for (Line<E> line : this.lines.values()) {
			for (Unit<E> unit : line.units()) {
				Waiting<E> waiting = unit.events().get(0);
				if (waiting.inFlight() == inFlight) {
					line.remove(unit);
					forgetIfEmpty(line);
					release(waiting);
					return true;
				}
			}
		}
		return true;
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

	private void leaveUndecided(Unit<E> unit) throws Exception {
		unit.dueAt(later(this.policy.outage().pause()));
		unit.decided(false);
		if (!this.outage.isOpen()) {
			for (Waiting<E> waiting : unit.events()) {
				makeRoomBeside(waiting);
			}
		}
	}

	/** Returns whether no other event can come that might decide. */
	private boolean hasEnded() {
		return (this.over || (!this.ending.isEmpty() && this.kept.keySet().equals(this.ending))) && this.begun.isEmpty()
				&& this.lines.values().stream().allMatch(this::isLeftToOthers);
	}

	/** Returns whether nothing in a line is to be attempted unless others decide. */
	private boolean isLeftToOthers(Line<E> line) {
		return line.isUndecided() || overtakes(line, next(line));
	}

	/**
	 * Returns whether a unit would be handled before one of its key that may be a letter.
	 */
	private boolean overtakes(Line<E> line, Unit<E> unit) {
		if (!this.aftermath.ordersLetters() || line.first().isDecided()) {
			return false;
		}
		Set<Object> keys = keysOf(unit);
		return line.undecidedBefore(unit).stream().anyMatch((older) -> !Collections.disjoint(keysOf(older), keys));
	}

	/**
	 * Returns what is attempted next of a line: rather one that overtakes none of its
	 * key.
	 */
	private Unit<E> next(Line<E> line) {
		if (this.aftermath.ordersLetters() && !line.first().isDecided()) {
			Set<Object> passed = new HashSet<>();
			for (Unit<E> unit : line.units()) {
				Set<Object> keys = keysOf(unit);
				if (unit.isDecided() && Collections.disjoint(keys, passed)) {
					return unit;
				}
				passed.addAll(keys);
			}
		}
		return line.next();
	}

	private long due(Line<E> line, Unit<E> next) {
		long wait = line.first().due() - next.due();
		return (wait > 0 && overtakes(line, next)) ? line.first().due() : next.due();
	}

	private Set<Object> keysOf(Unit<E> unit) {
		Set<Object> keys = new HashSet<>();
		for (Waiting<E> waiting : unit.events()) {
			Object key = keyOf(waiting.event());
			if (key != null) {
				keys.add(key);
			}
		}
		return keys;
	}

	/**
	 * Halves a unit until the events at fault are known. One that is halved since another
	 * attempt would not help keeps what then fails in another way, which may pass.
	 */
	private void isolate(Line<E> line, Unit<E> unit) throws Exception {
		boolean hopeless = isHopeless(unit.cause());
		Halving<E> halving = new Halving<>(unit.events(), unit.cause(), this::closes,
				(failure) -> hopeless && !isHopeless(failure));
		List<Waiting<E>> part = halving.next();
		while (!part.isEmpty() && this.stage.goesOn()) {
			Attempted attempted = attempt(part, unit.attempts() + 1);
			if (attempted.hasHandled()) {
				succeeded();
			}
			halving.attempted(part, attempted, releaseHandled(unit, part, attempted));
			part = halving.next();
		}
		if (!part.isEmpty()) {
			// The stage has ended, and what is left with it: nobody knows who is at
			// fault.
			return;
		}
		if (!hopeless && isUndecided(unit)) {
			leaveUndecided(unit);
			return;
		}
		unit.numberBatch(() -> ++this.batches);
		unit.events().removeAll(halving.culprits().keySet());
		List<Waiting<E>> behind = unit.events().stream().filter(halving::isBehind).toList();
		unit.events().removeAll(behind);
		Stream<Unit<E>> left = unit.events().isEmpty() ? Stream.of() : Stream.of(unit);
		line.replace(unit, Stream.concat(left, alone(unit, behind)).toList());
		forgetIfEmpty(line);
		endAll(unit, halving.culprits());
		if (halving.passing() != null && !unit.events().isEmpty()) {
			decide(unit, halving.passing(), true);
		}
	}

	/**
	 * Returns units of one event each, which may have to go behind a letter of its key.
	 */
	private Stream<Unit<E>> alone(Unit<E> unit, List<Waiting<E>> events) {
		return events.stream().map((waiting) -> unit.part(List.of(waiting), keyOf(waiting.event())));
	}

	private void endAll(Unit<E> unit, Map<Waiting<E>, Throwable> culprits) throws Exception {
		for (Map.Entry<Waiting<E>, Throwable> culprit : culprits.entrySet()) {
			Throwable cause = culprit.getValue();
			end(unit.part(List.of(culprit.getKey()), null).withCause(cause), this.policy.then(),
					reason(cause, "it was found to be at fault"));
		}
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
			Aftermath.Ending<E> ending = ending(unit, waiting, reason);
			switch (then) {
				case DEAD_LETTER -> bury(new PendingLetter<>(waiting, ending, closes(waiting), null), FIRST_REWRITE);
				case SKIP -> settle(waiting, ending, Outcome.SKIPPED);
				case FAIL -> settle(waiting, ending, Outcome.FAILED);
			}
		}
	}

	/** Returns the key of which nothing is attempted until a letter is stored, if any. */
	private @Nullable Object closes(Waiting<E> waiting) {
		return this.aftermath.ordersLetters() ? keyOf(waiting.event()) : null;
	}

	private void settle(Waiting<E> waiting, Aftermath.Ending<E> ending, Outcome outcome) throws Exception {
		this.aftermath.settle(ending, outcome);
		leave(waiting);
	}

	/**
	 * The event stays here until its letter is stored, and the stage waits if it can't
	 * be.
	 */
	private void bury(PendingLetter<E> letter, Duration pause) throws Exception {
		letter.pause = pause;
		letter.failed = false;
		if (this.letters.put(letter.waiting, letter) == null && letter.key != null) {
			this.closed.merge(letter.key, 1, Integer::sum);
		}
		if (letter.behind != null) {
			this.aftermath.follow(letter.ending, (kept, failure) -> followed(letter, letter.behind, kept, failure));
		}
		else {
			this.aftermath.bury(letter.ending, (failure) -> buried(letter, failure));
		}
	}

	private void buried(PendingLetter<E> letter, @Nullable Throwable failure) throws Exception {
		if (this.letters.get(letter.waiting) != letter) {
			return;
		}
		if (failure == null) {
			forget(letter);
			leave(letter.waiting);
			waitAgain(letter.key);
		}
		else {
			// Also in a drain: whoever gives it a deadline decides when to give this up.
			letter.dueAt = later(this.draining ? shorter(letter.pause, LAST_REWRITE_IN_A_DRAIN) : letter.pause);
			letter.failed = true;
			this.unwritten++;
		}
		wake();
	}

	/**
	 * What waits here came later than an event of its key that has just become a letter.
	 */
	private void waitAgain(@Nullable Object key) {
		if (key != null && !this.cleared.isEmpty()) {
			this.cleared.removeIf((waiting) -> key.equals(keyOf(waiting.event())));
		}
	}

	private void forget(PendingLetter<E> letter) {
		this.letters.remove(letter.waiting);
		if (letter.key != null) {
			this.closed.computeIfPresent(letter.key, (key, open) -> (open > 1) ? open - 1 : null);
		}
	}

	/** An event of a unit has become a letter behind others, or needn't. */
	private void followed(PendingLetter<E> letter, Unit<E> unit, boolean kept, @Nullable Throwable failure)
			throws Exception {
		if (this.letters.get(letter.waiting) != letter) {
			return;
		}
		if (failure == null && !kept) {
			forget(letter);
			this.cleared.add(letter.waiting);
			unit.dueAt(this.clock.nanoTime());
			wake();
			return;
		}
		Line<E> line = unit.line();
		if (line != null && failure == null) {
			unit.events().remove(letter.waiting);
			if (unit.events().isEmpty()) {
				line.remove(unit);
				forgetIfEmpty(line);
			}
		}
		buried(letter, failure);
	}

	/**
	 * Lets events of a unit go behind dead letters of their keys, one after the other.
	 * @return whether it can't be attempted now
	 */
	private boolean goesBehind(Unit<E> unit) throws Exception {
		if (isClosed(unit)) {
			return true;
		}
		if (!this.aftermath.mayBeBehind()) {
			return false;
		}
		boolean waits = false;
		for (Waiting<E> waiting : List.copyOf(unit.events())) {
			Aftermath.Turn turn = turn(waiting);
			// In flight it would take the place of the replay that makes room.
			boolean hasTime = !this.draining && !hasEnded() && waiting.inFlight() == null;
			if (turn == Aftermath.Turn.BEHIND || (turn == Aftermath.Turn.LATER && !hasTime)) {
				Aftermath.Ending<E> ending = unit.endingNow(waiting, BEHIND, this.replaced.get(waiting),
						this.clock.nanoTime());
				bury(new PendingLetter<>(waiting, ending, keyOf(waiting.event()), unit), FIRST_REWRITE);
				return true;
			}
			waits = waits || turn == Aftermath.Turn.LATER;
		}
		if (waits) {
			unit.dueAt(later(ASK_AGAIN));
		}
		return waits;
	}

	/**
	 * Returns whether a letter is being written that an event of a unit has to wait for.
	 */
	private boolean isClosed(Unit<E> unit) {
		return !this.closed.isEmpty()
				&& unit.events().stream().anyMatch((waiting) -> this.closed.containsKey(keyOf(waiting.event())));
	}

	private boolean isClosed(Line<E> line, Unit<E> next) {
		return !this.closed.isEmpty()
				&& (isClosed(next) || line.undecidedBefore(next).stream().anyMatch(this::isClosed));
	}

	private void rewriteDue() throws Exception {
		long now = this.clock.nanoTime();
		List<PendingLetter<E>> due = this.letters.values()
			.stream()
			.filter((letter) -> letter.failed && letter.dueAt - now <= 0)
			.toList();
		for (PendingLetter<E> letter : due) {
			this.unwritten--;
			bury(letter, shorter(letter.pause.multipliedBy(2), LAST_REWRITE));
		}
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
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
			giveBack();
			// Those in flight are held by their intake.
			this.held.set(this.kept.values().stream().mapToInt(Integer::intValue).sum() - this.keptInFlight);
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
		this.lines.values().stream().filter(this::isLeftToOthers).forEach((line) -> line.first().dueAt(now));
	}

	private boolean attemptDue() throws Exception {
		if (this.unwritten > 0 && !this.draining) {
			return false;
		}
		long now = this.clock.nanoTime();
		for (Line<E> line : this.lines.values()) {
			Unit<E> next = next(line);
			if (!line.isRunning() && !isClosed(line, next)
					&& (this.draining || hasEnded() || due(line, next) - now <= 0)) {
				attemptNext(line, next);
				return true;
			}
		}
		return false;
	}

	private void attemptNext(Line<E> line, Unit<E> next) throws Exception {
		long successes = this.outage.successes();
		List<Unit<E>> inVain = new ArrayList<>();
		for (Unit<E> older : line.undecidedBefore(next)) {
			if (!hasTurn(line, older)) {
				next.dueAt(later(ASK_AGAIN));
				return;
			}
			if (!older.wasTriedBefore(next)) {
				older.tryBefore(next);
				attempt(line, older, older.events(), false);
				if (this.outage.successes() != successes) {
					handledBehind(line, inVain);
					// It was not at fault, nor are those behind it.
					line.decideAgain(this.clock.nanoTime());
					return;
				}
				// A decider may want to have it tried again first.
				boolean goesFirst = older.isRunning() || isClosed(next) || next(line) != next;
				if (goesFirst || !this.stage.goesOn() || this.outage.isOpen()) {
					return;
				}
			}
			inVain.add(older);
		}
		if (!hasTurn(line, next)) {
			return;
		}
		boolean counts = next.isDecided();
		attempt(line, next, next.events(), counts);
		if (this.outage.successes() != successes) {
			handledBehind(line, inVain);
			if (!counts) {
				line.decideAgain(this.clock.nanoTime());
			}
		}
	}

	/**
	 * Gives up what was undecided and has failed right before a later one was handled. A
	 * list isn't halved any more, since its members would be overtaken by that one.
	 */
	private void handledBehind(Line<E> line, List<Unit<E>> undecided) throws Exception {
		for (Unit<E> unit : undecided) {
			if (!unit.isDecided() && line.units().contains(unit)) {
				end(line, unit, this.policy.then(), "its attempts are used up");
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
		for (Line<E> line : List.copyOf(this.lines.values())) {
			// The next probe is one of another line.
			this.lines.remove(line.key());
			this.lines.put(line.key(), line);
			Unit<E> unit = line.first();
			int events = unit.events().size();
			if (unit.isRunning() || hasTurn(line, unit)) {
				this.probeAt = later(this.policy.outage().pause());
				if (!unit.isRunning()) {
					attempt(line, unit, List.of(unit.events().get(0)), false);
				}
				return true;
			}
			if (unit.events().size() < events) {
				return true;
			}
		}
		this.probeAt = later(this.policy.outage().pause());
		return false;
	}

	private void succeeded() {
		boolean ends = this.outage.isOpen();
		this.outage.succeeded();
		if (ends) {
			this.aftermath.outage(null);
			long now = this.clock.nanoTime();
			this.lines.values().forEach((line) -> line.decideAgain(now));
		}
	}

	/**
	 * Returns whether a unit may be attempted now; it is given up here if it is too late
	 * for that. Asked once for each attempt: the next answer may be another one.
	 */
	private boolean hasTurn(Line<E> line, Unit<E> unit) throws Exception {
		if (isAbandoned(unit)) {
			end(line, unit, FailurePolicy.Then.FAIL, "drain");
			return false;
		}
		return !goesBehind(unit);
	}

	/**
	 * Attempts some events of a unit that has its turn, which are finished if they are
	 * handled.
	 * @return whether they are
	 */
	private boolean attempt(Line<E> line, Unit<E> unit, List<Waiting<E>> events, boolean counts) throws Exception {
		InFlightEvent<E> inFlight = events.get(0).inFlight();
		if (inFlight != null) {
			begin(unit, inFlight, counts);
			return false;
		}
		Attempted attempted = attempt(events, unit.attempts() + 1);
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
			decide(unit, failure, counts);
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
		List<Failure<E>> failures = new ArrayList<>();
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
				failures.add(new Failure<>(part.withCause(cause), cause));
			}
		}
		line.replace(unit, parts);
		forgetIfEmpty(line);
		decide(failures, true);
	}

	/** In a drain, the source of an event gets it back with its attempts not used up. */
	private boolean isAbandoned(Unit<E> unit) {
		return this.draining && unit.attempts() > 0
				&& unit.events().stream().allMatch((waiting) -> this.aftermath.isAcknowledged(waiting.event()));
	}

	private void setAlarm() {
		long now = this.clock.nanoTime();
		long soonest = Long.MAX_VALUE;
		if (this.outage.isOpen()) {
			soonest = this.lines.isEmpty() ? soonest : this.probeAt - now;
		}
		else if (this.unwritten == 0) {
			for (Line<E> line : this.lines.values()) {
				Unit<E> next = next(line);
				boolean waits = line.isRunning() || isClosed(line, next);
				soonest = waits ? soonest : Math.min(soonest, due(line, next) - now);
			}
		}
		soonest = this.leaving.isEmpty() ? soonest : Math.min(soonest, ASK_AGAIN.toNanos());
		for (PendingLetter<E> letter : this.letters.values()) {
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
			else {
				this.keptInFlight++;
			}
		}
	}

	/**
	 * Lets another event come in the place of one that only another one decides about.
	 * These are fewer units than an outage needs to begin.
	 */
	private void makeRoomBeside(Waiting<E> waiting) throws Exception {
		InFlightEvent<E> inFlight = waiting.inFlight();
		if (inFlight != null) {
			inFlight.makeRoom();
		}
		else if (this.yielding.add(waiting)) {
			this.stage.unfinished(waiting.inlet(), -1);
		}
	}

	/** An event that was kept here has been handled. */
	private void release(Waiting<E> waiting) {
		this.replaced.remove(waiting);
		this.cleared.remove(waiting);
		this.kept.computeIfPresent(waiting.inlet(), (known, events) -> (events > 1) ? events - 1 : null);
		if (waiting.inFlight() != null) {
			this.keptInFlight--;
		}
		else if (!this.yielding.remove(waiting)) {
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

	/**
	 * Returns how many events wait here for another attempt that no intake holds. Any
	 * thread may ask.
	 */
	public long held() {
		return this.held.get();
	}

	/** Names all that waits, which is lost with the stage. */
	public void close() {
		this.lines.values().forEach((line) -> line.units().forEach((unit) -> unit.events().forEach(this::left)));
		// Those behind others are in their lines still.
		this.letters.values()
			.stream()
			.filter((letter) -> letter.behind == null)
			.forEach((letter) -> left(letter.waiting));
		this.lines.clear();
		this.letters.clear();
		this.closed.clear();
		this.cleared.clear();
		this.leaving.clear();
		this.kept.clear();
		this.keptInFlight = 0;
		this.begun.clear();
		this.yielding.clear();
		this.replaced.clear();
		this.held.set(0);
	}

	private void left(Waiting<E> waiting) {
		// Those in flight are named by their intake, and those in hand by the stage.
		if (waiting.inFlight() == null && !this.inHand.contains(waiting)) {
			this.stage.left(waiting.inlet(), List.of(waiting.event()));
		}
	}

	/** Returns whether whatever comes now has to wait for another attempt. */
	public boolean holdsAllUp() {
		return isHeldUp() || this.lines.containsKey(ALL);
	}

	/** Returns whether events wait for another attempt, and none is attempted now. */
	public boolean onlyWaits() {
		return !this.lines.isEmpty() && this.begun.isEmpty();
	}

	// What has to wait for it

	/**
	 * Gives all that waits its last attempts at once, since there is no time to wait.
	 * Letters that can't be stored are tried at once too, and then until the stage ends.
	 * @throws Exception what makes the stage fail
	 */
	public void hurry() throws Exception {
		this.draining = true;
		long now = this.clock.nanoTime();
		this.letters.values().forEach((letter) -> letter.dueAt = now);
		wake();
	}

	@Override
	public void lastBegun() throws Exception {
		this.over = true;
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
	public Inlet nobody() {
		return this.stage.nobody();
	}

	@Override
	public void work(@Nullable Inlet inlet, E event, int attempt) throws Exception {
		this.stage.work(inlet, event, attempt);
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
	 * A unit that waits in a line, and what it has failed with just now.
	 */
	private record Failure<E>(Unit<E> unit, Throwable cause) {

		Line<E> line() {
			return Objects.requireNonNull(this.unit.line(), "it waits in no line");
		}

	}

	/**
	 * A dead letter on its way to its store.
	 */
	private static final class PendingLetter<E> {

		private final Waiting<E> waiting;

		private final Aftermath.Ending<E> ending;

		private Duration pause = FIRST_REWRITE;

		/** Nothing with this key is attempted meanwhile, if there is one. */
		private final @Nullable Object key;

		/** The unit that keeps the event, which has to wait behind another letter. */
		private final @Nullable Unit<E> behind;

		private boolean failed;

		private long dueAt;

		PendingLetter(Waiting<E> waiting, Aftermath.Ending<E> ending, @Nullable Object key, @Nullable Unit<E> behind) {
			this.waiting = waiting;
			this.ending = ending;
			this.key = key;
			this.behind = behind;
		}

	}

}
