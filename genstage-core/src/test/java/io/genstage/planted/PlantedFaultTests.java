package io.genstage.planted;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.genstage.settling.SettlingSimulation;
import io.genstage.simulation.Simulation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Does the net hold water? Each of these mistakes in the engine has to be found, most of
 * them by the simulation.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "slow, and the same on each JDK: runs once, on the newer one")
class PlantedFaultTests {

	private static final Logger logger = Logger.getLogger("io.genstage");

	private static final int SEEDS = 500;

	static final List<PlantedFault> FOUND_BY_SIMULATION = List.of(
			// The demand of consumers
			new PlantedFault("asks before it handles", "intake/WindowIntake", "handling().handle(inlet,",
					"inlet.ask(demand.replenish(end - start)); handling().handle(inlet,", "asked with"),
			new PlantedFault("batches are one too large", "demand/DemandWindow", "return this.max - this.min;",
					"return this.max - this.min + 1;", "a batch of"),
			new PlantedFault("does not ask at the minimum", "demand/DemandWindow", "if (this.outstanding > this.min) {",
					"if (this.outstanding >= this.min) {", "outstanding"),
			// Dispatchers
			new PlantedFault("the demand dispatcher asks again for what a leaver was owed", "dispatch/DemandDispatcher",
					"return demand - reused;", "return demand;", "net demand of ask"),
			new PlantedFault("broadcast asks twice after a late subscribe", "dispatch/BroadcastDispatcher",
					"long net = Math.max(this.waiting - this.requested, 0);", "long net = common;",
					"net demand of ask"),
			new PlantedFault("broadcast does not give back the demand of rejected events",
					"dispatch/BroadcastDispatcher", "ask(account, account.rejected);", "", "open demand"),
			new PlantedFault("Q3: partitions do not give back the demand of events that belong nowhere",
					"dispatch/PartitionDispatcher", "if (target != null && partition != null) {",
					"if (target == null || partition == null) { this.waiting--; } else {", "left over instead of"),
			new PlantedFault("Q4: a partition loses its queue with its consumer", "dispatch/PartitionDispatcher",
					"this.bySubscriber.remove(subscriber);",
					"this.bySubscriber.remove(subscriber); this.held -= partition.queue.take(Long.MAX_VALUE).size();",
					"a held number"),
			new PlantedFault("Q5: a refused duplicate counts as gone", "dispatch/BroadcastDispatcher",
					"if (!this.consumers.add(subscriber.consumer())) {",
					"if (!this.consumers.add(subscriber.consumer())) { this.consumers.remove(subscriber.consumer());",
					"must not be accepted"),
			new PlantedFault("a partition keeps its queue from a consumer that asks", "dispatch/PartitionDispatcher",
					"demand - deliverQueued(partition);", "demand;", "wait for it"),
			// Producers
			new PlantedFault("Q1: buffered events are not offered when an ask nets to 0", "ProducerActor",
					"this.outflow.sendBuffered();", "", "keeps events that"),
			new PlantedFault("demand for dropped events is forgotten", "ProducerActor", "if (forgotten > 0) {",
					"if (forgotten > Long.MAX_VALUE - 1) {", "its consumers wait for"),
			new PlantedFault("asks for events that have been emitted meanwhile", "ProducerActor",
					"Math.min(uncovered, this.outflow.openDemand() - coming)", "uncovered", "events are wanted"),
			new PlantedFault("Q12: a cancelled consumer is still in the dispatcher", "ProducerActor",
					"long net = this.outflow.cancel(link, cancellation);\n\t\tconsumerLeft(link, cancellation);",
					"consumerLeft(link, cancellation);\n\t\tlong net = this.outflow.cancel(link, cancellation);",
					"after it was cancelled"),
			new PlantedFault("a producer completes before its events are sent", "ProducerActor",
					"if (this.completing && this.outflow.isAllSent() && this.log.events() == 0 && hasAllInfos()) {",
					"if (this.completing) {", "completed with events in its buffer"),
			new PlantedFault("events are sent past the buffer", "Outflow", "sendBufferedBefore(events);", "",
					"passed the buffer"),
			new PlantedFault("events behind rejected ones stay behind", "Outflow",
					"leftover.size() < offered && this.dispatcher.openDemand() > 0", "leftover.size() > offered",
					"comes out of order"),
			// Buffers
			new PlantedFault("the buffer holds one too many", "buffer/EventBuffer", "(this.capacity - this.size)",
					"(this.capacity + 1 - this.size)", "instead of"),
			new PlantedFault("the buffer drops at the wrong end", "buffer/EventBuffer",
					"if (this.keep == BufferKeep.FIRST) {", "if (this.keep == BufferKeep.LAST) {", "instead of ["),
			new PlantedFault("later infos come first", "buffer/EventBuffer",
					"this.marks.add(new Mark(this.left + this.size, action));",
					"((ArrayDeque<Mark>) this.marks).addFirst(new Mark(this.left + this.size, action));",
					"was told info"),
			new PlantedFault("an info does not wait for its events", "buffer/EventBuffer",
					"this.marks.element().position() <= this.left", "this.marks.element().position() <= this.left + 1",
					"overtook events"),
			// Producer-consumers
			new PlantedFault("Q2: consumes for nobody", "ProducerConsumerActor",
					"this.outflow.isBufferEmpty() ? this.queue.poll(this.outflow.openDemand() > 0)",
					"(this.queue != null) ? this.queue.poll(true)", "consumes without bound"),
			new PlantedFault("the end of a producer overtakes its events", "IncomingQueue",
					"this.entries.add(new Ended<>(inbound));",
					"((ArrayDeque<Entry<E>>) this.entries).addFirst(new Ended<>(inbound));", "its end overtook"),
			// Ends, answers and counts
			new PlantedFault("Q21: a replaced subscription stops its consumer", "Inflow", "!inbound.isReplaced() && ",
					"", "stops for one of"),
			new PlantedFault("an answer overtakes the events that it leads to", "Caller",
					"this.answer.complete(value);", "replyNow(value);", "answered"),
			new PlantedFault("discarded events are not counted", "StageActor", "this.discarded.add(events);", "",
					"does not balance"),
			new PlantedFault("a stopping stage doesn't name what it has not handled", "intake/WindowIntake",
					"if (end < events.size()) {", "if (end < 0) {", "nobody knows which"),
			new PlantedFault("events for a stopped stage are not counted", "Message",
					"stage.bounce(this.link, this.events);", "", "does not balance"));

	/** What the simulation of settlements finds. */
	static final List<PlantedFault> FOUND_BY_SETTLING = List.of(
			new PlantedFault("a source hears twice of an event", "delivery/SettlementQueue", "report.accept(group);",
					"report.accept(group); report.accept(group);", "is settled twice"),
			new PlantedFault("an event in flight is accepted when it is begun", "EventsInFlight",
					"CompletableFuture<?> limited = limited(future);",
					"CompletableFuture<?> limited = limited(future); "
							+ "this.settlements.accept(Settlements.delivery(begun.event()));",
					"settled"),
			new PlantedFault("an event that a stage reports itself is accepted at once", "Settlements",
					"boolean accepts = !this.handler.reportsHandled();", "boolean accepts = true;", "was settled"),
			new PlantedFault("what a stage has not reported is forgotten", "HandlingSite",
					"this.unreported.settleAll(Verdict.failed(reason, cause));", "", "is never settled"),
			new PlantedFault("a discarded event is accepted", "Discard",
					"Verdict verdict = Verdict.failed(this.reason, this.cause);",
					"Verdict verdict = Verdict.accepted();", "but was FAILED"),
			new PlantedFault("the first outcome of a part counts for all", "delivery/Node", "before.worse(verdict)",
					"before", "is settled as"),
			new PlantedFault("outputs don't count for the events of their call", "Settlements",
					"made.emit((by != null) ? (output)",
					"group.close(); of.forEach(this::accept); made.emit((by != null) ? (output)", "settled"),
			new PlantedFault("a consumer of a broadcast has no say", "dispatch/BroadcastDispatcher",
					"(E) delivery.with(delivery.event())", "(E) delivery.event()", "was settled"),
			new PlantedFault("the failure of a selector comes too late", "dispatch/BroadcastDispatcher",
					"E lost = (copying != null) ? copying.apply(event) : event;", "E lost = event;", "is settled as"),
			new PlantedFault("a consumer that gets a stretch of a broadcast has no say", "delivery/Fork",
					"this.consumers = consumers;", "this.consumers = 1;", "settled"),
			new PlantedFault("a stretch takes along what was settled alone", "delivery/Places",
					"if (states[index] != state) {", "if (states[index] < 0) {", "settled"),
			new PlantedFault("the last one of a portion of a partition is forgotten", "delivery/Places",
					"return new Scattered(places, this.from, this.to);",
					"return new Scattered(places, this.from, Math.max(this.to - 1, this.from + 1));",
					"is never settled"),
			new PlantedFault("of a portion of a partition only those of its first page are settled",
					"delivery/PickedRow", "first = behind;", "first = places.size();", "is never settled"),
			new PlantedFault("outputs made together don't count", "delivery/DeliveryGroup", "this.outputs += size;", "",
					"is settled before child"),
			new PlantedFault("a stretch forgets what is handled alone", "delivery/StateRow", "others.set(index);", "",
					"settled"),
			new PlantedFault("one of a page that is wanted alone is forgotten", "delivery/SourceRow",
					"made.begin(this, place, entered);", "", "is never settled"),
			new PlantedFault("what is left of a halved list is lost", "failure/Retrying",
					"unit.events().isEmpty() ? Stream.of() : Stream.of(unit);", "Stream.of();", "never settled"),
			new PlantedFault("an event overtakes a retry of its key", "failure/Retrying",
					"|| this.lines.containsKey(key)", "", "behind a later event"),
			new PlantedFault("what was not got to waits behind what has failed", "failure/Retrying",
					"appendBefore(unit, untouched);", "", "behind a later event"),
			new PlantedFault("what waits for a retry is forgotten at the end", "failure/Retrying",
					"this.stage.left(waiting.inlet(), List.of(waiting.event()));", "", "is never settled"),
			new PlantedFault("an event is dead-lettered before its letter is stored", "FailedEvents",
					"this.steps.whenDone(future, () -> buried(ending, future, answered));",
					"settle(ending, Outcome.DEAD_LETTERED); answered.answered(null);", "that no store has"),
			new PlantedFault("a source lets go on the word of a memory", "FailedEvents", "|| !this.burial.isSafe()", "",
					"that no store has"),
			new PlantedFault("an event is handled though a letter of its key waits", "failure/Retrying",
					"if (!this.aftermath.mayBeBehind()) {", "if (this.aftermath.ordersLetters()) {",
					"an earlier letter of its key waits"),
			new PlantedFault("an event that is kept behind no letter counts as kept", "FailedEvents",
					"boolean kept = failure == null && future.join();", "boolean kept = failure == null;",
					"that no store has"),
			new PlantedFault("an accepted event whose stage stops is lost", "EventsInFlight", "return attempt.stop();",
					"attempt.stop(); return false;", "then"),
			new PlantedFault("an event in flight that is given up is lost as well", "intake/InFlightIntake",
					"if (!event.isGivenUp()) {", "if (event != null) {", "two outcomes"));

	/** What the simulation can't see, with the test that does. */
	static final List<FoundByTest> FOUND_BY_TEST = List.of(
			new FoundByTest(
					new PlantedFault("lost wake-up: the end of a turn does not look for messages", "Mailbox",
							"if (this.messages.isEmpty() || !claimTurn()) {",
							"if (this.messages != null || !claimTurn()) {", "expected: 1"),
					"io.genstage.MailboxTests", "endsATurnAfter64MessagesAndSchedulesAnother"),
			new FoundByTest(new PlantedFault("accumulated demand is summed up", "demand/DemandLog",
					"this.entries.add(new Demand<>(demand));",
					"""
							Entry<E> first = this.entries.poll();
							this.entries.add(new Demand<>((first instanceof Demand<E> old) ? old.demand() + demand : demand));
							""",
					"handleDemand 4"), "io.genstage.ProducerActorTests$Accumulating", "neverSumsDemandsUp"),
			new FoundByTest(
					new PlantedFault("an end that stops the stage overtakes what a partition holds",
							"ProducerConsumerActor", "this.outflow.afterSent(() -> this.due.add(inbound));",
							"this.due.add(inbound);", "onCancel PRODUCER"),
					"io.genstage.EndBehindEventsTests$OfAProducerConsumerWithPartitions",
					"waitsForWhatAPartitionHolds"),
			new FoundByTest(new PlantedFault("a restarted stage doesn't wait for a letter that is being written",
					"Burial", "if (this.underWay.isOfAnother(this.name, key, this)) {",
					"if (this.underWay.isEmpty()) {", "a2"), "io.genstage.BehindLettersStageTests",
					"waitsForALetterThatAnEarlierRunIsWriting"),
			new FoundByTest(
					new PlantedFault("a portion of a partition takes along what was settled alone", "delivery/Places",
							"if (states[this.places[next] - first] != state) {",
							"if (states[this.places[next] - first] < 0) {", "b, c, d"),
					"io.genstage.delivery.DeliveryRowTests$PickedFromSeveralPages", "leavesOutWhatIsSettledAlone"),
			// Intakes
			new FoundByTest(
					new PlantedFault("the timer of a batch forgets its demand", "batch/ClosedBatch",
							"this.accounts.forEach(",
							"if (this.batch.closing() != BatchClosing.TIMEOUT) this.accounts.forEach(", "ask"),
					"io.genstage.BatchConsumerTests$Timeouts", "countFromTheFirstEvent"),
			new FoundByTest(new PlantedFault("the batch of a key is never closed", "batch/Collector",
					"this.closed.add(batch.close(Integer.MAX_VALUE, closing));",
					"if (closing != BatchClosing.TIMEOUT) { this.closed.add(batch.close(Integer.MAX_VALUE, closing)); }",
					"TIMEOUT"), "io.genstage.BatchConsumerTests$Timeouts", "waitForOneBatchAtATime"),
			new FoundByTest(
					new PlantedFault("a batch counts for the subscription of its first event only", "InHand",
							"while (end < limit && link(end) == link) {", "while (end < limit) {", "expected"),
					"io.genstage.AccountTests$OfBatches", "countsEventsBehindTheEndOfTheirSubscription"),
			new FoundByTest(
					new PlantedFault("results in flight overtake each other", "intake/InFlightIntake",
							"InFlightEvent<E> next = (this.options.order() == InFlight.Order.KEPT) ? eldest()",
							"InFlightEvent<E> next = (this.begun.isEmpty()) ? eldest()", "expected: 3"),
					"io.genstage.AsyncStageTests$Consumers", "finishEventsInTheirOrder"),
			new FoundByTest(
					new PlantedFault("a rate counts twice", "rate/RateGate", "this.limiter.pass(events.size());",
							"this.limiter.pass(2 * events.size());", "PT0.5S"),
					"io.genstage.RateLimitedStageTests$Consumers", "askForTheRestLater"),
			new FoundByTest(
					new PlantedFault("an end overtakes what a rate holds back", "rate/RateGate",
							"if (!stops && !this.line.isEmpty()) {", "if (!stops && this.line.isEmpty()) {", "onStop"),
					"io.genstage.RateLimitedStageTests$Consumers",
					"letWhatTheyHoldBackPassByTheLimitWhenTheyAreDrained"),
			new FoundByTest(
					new PlantedFault("what a limited stage asks for itself passes the gate", "OpenSubscription",
							"if (this.throughGate) {", "if (!this.throughGate) {", "ask"),
					"io.genstage.RateLimitedStageTests$Consumers", "showAStageThatAsksItselfTheSubscriptionItself"),
			new FoundByTest(new PlantedFault("a task is counted twice", "task/TaskIntake",
					"this.handling.finished(task.inlet(), task.event());",
					"this.handling.finished(task.inlet(), task.event()); this.handling.finished(task.inlet(), task.event());",
					"expected: 1L"), "io.genstage.AccountTests$OfTasks", "countsThemWhenTheyAreDone"),
			// The ends of links
			new FoundByTest(
					new PlantedFault("a message is accepted before it is handled", "link/Reading",
							"this.unsettled.addAndGet(records.size());",
							"this.unsettled.addAndGet(records.size()); "
									+ "reader().settle(records.stream().map(LinkSettlement::accept).toList());",
							"could not find"),
					"io.genstage.link.LinkTests$Receiver", "givesBackWhatIsNotSettledWhenItIsClosed"),
			new FoundByTest(
					new PlantedFault("a message is accepted of which something was discarded", "link/Reading",
							"LinkRecord record = recordOf(settlement);",
							"LinkRecord record = recordOf(settlement); "
									+ "if (settlement.cause() == null) { return LinkSettlement.accept(record); }",
							"to be delivered again"),
					"io.genstage.link.LinkTests$Receiver", "getsAMessageAgainOfWhichSomethingWasDiscarded"),
			new FoundByTest(
					new PlantedFault("more is asked for than the consumers want", "link/LinkReceiver",
							"this.asked.add(demand);",
							"this.asked.add(demand); this.asked.add(1); reading().reader().ask(1);", "OptionalLong[1]"),
					"io.genstage.link.LinkTests$Receiver", "asksForAsMuchAsItsConsumers"),
			new FoundByTest(new PlantedFault("an event is handed over before its message is confirmed",
					"link/LinkSender", "CompletionStage<?> unused = sending.whenComplete(",
					"complete(Outcome.HANDED_OVER); CompletionStage<?> unused = sending.whenComplete(", "HANDED_OVER"),
					"io.genstage.link.LinkTests$Sender", "sendsNoMoreThanMayBeUnconfirmed"));

	@BeforeAll
	static void quieten() {
		logger.setLevel(Level.OFF);
	}

	@AfterAll
	static void resetLogger() {
		logger.setLevel(null);
	}

	@ParameterizedTest
	@FieldSource("FOUND_BY_SIMULATION")
	void isFoundByTheSimulation(PlantedFault fault) throws Exception {
		isFound(fault, Simulation.class);
	}

	@ParameterizedTest
	@FieldSource("FOUND_BY_SETTLING")
	void isFoundByTheSimulationOfSettlements(PlantedFault fault) throws Exception {
		isFound(fault, SettlingSimulation.class);
	}

	private static void isFound(PlantedFault fault, Class<?> simulations) throws Exception {
		Method simulation = FaultyEngine.with(fault).loadClass(simulations.getName()).getMethod("run", long.class);
		for (long seed = 0; seed < SEEDS; seed++) {
			try {
				simulation.invoke(null, seed);
			}
			catch (InvocationTargetException ex) {
				assertThat(ex.getCause()).isInstanceOf(AssertionError.class).hasMessageContaining(fault.symptom());
				return;
			}
		}
		throw new AssertionError("'%s' is not found in %d seeds".formatted(fault, SEEDS));
	}

	@ParameterizedTest
	@FieldSource("FOUND_BY_TEST")
	void isFoundByATest(FoundByTest found) throws Exception {
		Class<?> tests = FaultyEngine.with(found.fault()).loadClass(found.tests());
		Method test = tests.getDeclaredMethod(found.method());
		test.setAccessible(true);
		Object instance = newInstance(tests);
		assertThatThrownBy(() -> test.invoke(instance)).rootCause()
			.isInstanceOf(AssertionError.class)
			.hasMessageContaining(found.fault().symptom());
	}

	/** Creates a test class, and for a nested one those around it. */
	private static Object newInstance(Class<?> type) throws Exception {
		Constructor<?> constructor = type.getDeclaredConstructors()[0];
		constructor.setAccessible(true);
		Class<?> around = type.getDeclaringClass();
		return (around != null) ? constructor.newInstance(newInstance(around)) : constructor.newInstance();
	}

	@Test
	void theEngineItselfPassesInALoaderOfItsOwn() throws Exception {
		PlantedFault none = new PlantedFault("none", "demand/Counter", "class Counter", "class Counter", "");
		Method simulation = FaultyEngine.with(none).loadClass(Simulation.class.getName()).getMethod("run", long.class);
		for (long seed = 0; seed < 50; seed++) {
			simulation.invoke(null, seed);
		}
	}

	/**
	 * A fault, and the method of a test class that finds it.
	 */
	record FoundByTest(PlantedFault fault, String tests, String method) {

		@Override
		public String toString() {
			return this.fault.name();
		}

	}

}
