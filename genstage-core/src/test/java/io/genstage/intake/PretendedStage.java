package io.genstage.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.genstage.intake.PretendedInlet.Event;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateGate;
import io.genstage.task.TaskStage;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage without an engine around its intake: what is handled is written down, and time
 * passes when the test lets it.
 */
final class PretendedStage implements Handling<Event>, StageClock, TaskStage {

	private final List<Event> handled = new ArrayList<>();

	private final Map<PretendedInlet, Integer> finished = new HashMap<>();

	private final List<Inlet> ended = new ArrayList<>();

	private final List<Event> left = new ArrayList<>();

	private final List<Event> worked = new ArrayList<>();

	private Intake<Event> intake = new WindowIntake<>(this);

	private @Nullable RateGate<Event> gate;

	private long now;

	private OptionalLong alarm = OptionalLong.empty();

	private boolean wakes;

	private int drains;

	/** What is in flight or done beside the turns, and how that goes on. */
	private final List<Runnable> inFlight = new ArrayList<>();

	private final Random random = new Random(12);

	void use(Intake<Event> intake, @Nullable RateAccount rate) {
		this.intake = intake;
		this.gate = (rate != null) ? new RateGate<>(rate, intake, this, this, (inlet, demand) -> hear(inlet, demand))
				: null;
	}

	private static void hear(Inlet inlet, long demand) {
		((PretendedInlet) inlet).heard(demand);
	}

	void want(PretendedInlet inlet, long demand) {
		if (demand > 0 && this.gate != null) {
			this.gate.want(inlet, demand);
		}
		else if (demand > 0) {
			inlet.heard(demand);
		}
	}

	PretendedInlet subscribe(int maxDemand, int minDemand) {
		PretendedInlet inlet = new PretendedInlet(this, maxDemand, minDemand);
		if (this.gate != null) {
			this.gate.subscribe(inlet);
		}
		this.intake.subscribe(inlet);
		settle();
		return inlet;
	}

	void retune(PretendedInlet inlet, int maxDemand, int minDemand) {
		inlet.retune(maxDemand, minDemand);
		if (this.gate != null) {
			this.intake.withdraw(inlet, this.gate.withdraw(inlet));
		}
		this.intake.retune(inlet);
		settle();
	}

	void receive(PretendedInlet inlet, List<Event> events) throws Exception {
		if (this.gate != null) {
			this.gate.receive(inlet, events);
		}
		else {
			this.intake.receive(inlet, events);
		}
		settle();
	}

	void end(PretendedInlet inlet) throws Exception {
		if (this.gate != null) {
			this.gate.end(inlet, false, true);
		}
		else {
			this.intake.end(inlet, false);
		}
		settle();
	}

	void drain() throws Exception {
		if (this.gate != null) {
			this.gate.drain();
		}
		else {
			this.intake.drain();
		}
		settle();
	}

	/** Lets time pass, with what is due meanwhile. */
	void advance(long nanos) throws Exception {
		long end = this.now + nanos;
		while (this.wakes || !this.inFlight.isEmpty() || (this.alarm.isPresent() && this.alarm.getAsLong() <= end)) {
			wakeUp();
		}
		this.now = end;
	}

	/** Wakes until nothing is to come at any time. */
	void runToRest() throws Exception {
		for (int steps = 0; this.wakes || this.alarm.isPresent() || !this.inFlight.isEmpty(); steps++) {
			if (steps > 100_000) {
				throw new AssertionError("does not come to rest");
			}
			wakeUp();
		}
	}

	private void wakeUp() throws Exception {
		if (!this.inFlight.isEmpty()) {
			this.inFlight.remove(this.random.nextInt(this.inFlight.size())).run();
			settle();
			return;
		}
		if (!this.wakes) {
			this.now = Math.max(this.now, this.alarm.orElseThrow());
			this.alarm = OptionalLong.empty();
		}
		this.wakes = false;
		if (this.gate != null) {
			this.gate.wake();
		}
		this.intake.wake();
		settle();
	}

	private void settle() {
		if (this.gate != null) {
			this.gate.settle();
		}
	}

	List<Event> handled() {
		return this.handled;
	}

	/** Returns how many events of a subscription are asked for, on hold or in hand. */
	long outstanding(PretendedInlet inlet) {
		return inlet.open() + inlet.sent() - this.finished.getOrDefault(inlet, 0);
	}

	long held() {
		return this.intake.held() + ((this.gate != null) ? this.gate.held() : 0);
	}

	List<Inlet> ended() {
		return this.ended;
	}

	int drains() {
		return this.drains;
	}

	@Override
	public void handle(Inlet inlet, List<Event> events) {
		events.forEach(this::finish);
	}

	@Override
	public void handle(List<Inlet> inlets, List<Event> events) {
		for (int i = 0; i < events.size(); i++) {
			if (events.get(i).inlet() != inlets.get(i)) {
				throw new AssertionError("an event of %s as one of %s".formatted(events.get(i), inlets.get(i)));
			}
		}
		events.forEach(this::finish);
	}

	@Override
	public void begin(Inlet inlet, Event event, InFlightEvent<Event> begun) throws Exception {
		if (this.random.nextInt(4) == 0) {
			begun.complete(() -> finish(event));
		}
		else {
			this.inFlight.add(() -> complete(begun, event));
		}
	}

	private void complete(InFlightEvent<Event> begun, Event event) {
		try {
			begun.complete(() -> finish(event));
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public String name() {
		return "pretended";
	}

	@Override
	public boolean hasStopped() {
		return false;
	}

	@Override
	public void execute(@Nullable Executor executor, Runnable work) {
		if (this.random.nextInt(4) == 0) {
			work.run();
		}
		else {
			this.inFlight.add(work);
		}
	}

	@Override
	public void inTurn(Step step) {
		this.inFlight.add(() -> takeStep(step));
	}

	private void takeStep(Step step) {
		try {
			step.take();
			this.intake.wake();
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public void inTurn(Duration delay, Step step) {
		throw new AssertionError("nothing fails that would be tried again");
	}

	@Override
	public <T> CompletionStage<T> ask(Consumer<Consumer<T>> question, Duration timeout) {
		throw new AssertionError("nobody asks");
	}

	@Override
	public void stop(@Nullable Throwable failure) {
		throw new AssertionError(failure);
	}

	@Override
	public boolean withdraw(InFlightEvent<Event> begun) {
		throw new AssertionError("nothing is given up");
	}

	@Override
	public void lastBegun() {
		// No event waits for others.
	}

	@Override
	public Inlet nobody() {
		throw new AssertionError("all events come by a subscription");
	}

	@Override
	public void work(@Nullable Inlet inlet, Event event, int attempt) {
		assertThat(event.inlet()).isSameAs(inlet);
		this.worked.add(event);
	}

	@Override
	public void finished(Inlet inlet, Event event) {
		assertThat(event.inlet()).isSameAs(inlet);
		assertThat(this.worked.remove(event)).isTrue();
		finish(event);
	}

	@Override
	public void lost(@Nullable Inlet inlet, List<Event> events, String reason, @Nullable Throwable cause) {
		left(inlet, events);
	}

	int inFlight() {
		return this.inFlight.size();
	}

	private void finish(Event event) {
		this.handled.add(event);
		this.finished.merge(event.inlet(), 1, Integer::sum);
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
	public void discard(Inlet inlet, List<Refused<Event>> refused) {
		assertThat(refused).isEmpty();
	}

	@Override
	public void left(Inlet inlet, List<Event> events) {
		events.forEach((event) -> assertThat(event.inlet()).isSameAs(inlet));
		this.left.addAll(events);
	}

	/** Stops, and returns what will not be handled. */
	List<Event> close() {
		this.intake.endWork();
		this.intake.close();
		if (this.gate != null) {
			this.gate.close();
		}
		return this.left;
	}

	@Override
	public void exceeded(Inlet inlet, int events) {
		throw new AssertionError("%d events too many".formatted(events));
	}

	@Override
	public void ended(Inlet inlet) {
		this.ended.add(inlet);
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
		if (this.alarm.isEmpty() || this.alarm.getAsLong() > time) {
			this.alarm = OptionalLong.of(time);
		}
	}

	@Override
	public void wake() {
		this.wakes = true;
	}

}
