package io.genstage.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.SubscriptionStatus;

/**
 * What has to be true of a graph besides what every single step has to respect (see
 * {@link Edge}, {@link Outbox}, {@link WatchedDispatcher}, {@link Infos} and
 * {@link Calls}).
 */
final class Invariants {

	private final RandomGraph graph;

	private final Ledger ledger;

	private final Calls calls;

	private final Violations violations;

	Invariants(RandomGraph graph, Ledger ledger, Calls calls) {
		this.graph = graph;
		this.ledger = ledger;
		this.calls = calls;
		this.violations = ledger.violations();
	}

	/** Holds between any two turns. */
	void checkBounds() {
		this.graph.emitters().forEach(this::checkBuffer);
		this.graph.transformers().forEach(this::checkAppetite);
		for (Edge edge : this.ledger.edges()) {
			this.violations.unless(edge.sent() <= edge.asked(), () -> edge.subscription().status().toString());
			this.violations.unless(edge.isManual() || edge.asked() - edge.handled() <= edge.options().maxDemand(),
					() -> edge.subscription().status().toString());
		}
	}

	/** What is emitted is sent, or where it has to be, and nowhere beyond the limits. */
	private void checkBuffer(SimulatedEmitter emitter) {
		StageStatus status = emitter.ref().status();
		long expected = emitter.outbox().size() + emitter.dispatcher().held();
		this.violations.unless(!status.isRunning() || status.buffered() == expected,
				() -> "%s must hold %d events: %s".formatted(emitter, expected, status));
	}

	/** Nobody consumes for the benefit of nobody. */
	private void checkAppetite(SimulatedTransformer transformer) {
		int largestMessage = this.ledger.edges()
			.stream()
			.filter((edge) -> edge.consumer() == transformer.ref())
			.mapToInt(Edge::largestMessage)
			.max()
			.orElse(0);
		this.violations.unless(transformer.outbox().size() <= transformer.mostBuffered(largestMessage),
				() -> "%s consumes without bound: %s".formatted(transformer, transformer.ref().status()));
	}

	/** Holds when there is nothing left to do. */
	void checkRest() {
		checkBounds();
		this.ledger.edges().forEach(this::checkEdge);
		this.graph.stages().forEach(this::checkAccount);
		this.graph.stages().forEach(this::checkEnds);
		this.graph.stages().forEach((stage) -> stage.infos().checkNoneIsLost());
		this.graph.emitters().stream().filter(SimulatedStage::isRunning).forEach(this::checkNobodyWaitsInVain);
		this.graph.producers().forEach(this::checkCompletion);
		this.graph.transformers().forEach(this::checkLastEnd);
		this.calls.checkAllAreAnswered(this.violations);
	}

	/**
	 * A stage learns of the end of each subscription once it has handed on what came
	 * before, and stops if and only if it has to, and has handed on what it emitted until
	 * then.
	 */
	private void checkEnds(SimulatedStage stage) {
		StageStatus status = stage.ref().status();
		List<ExitReason> musts = new ArrayList<>();
		List<ExitReason> mays = new ArrayList<>();
		for (Edge edge : this.ledger.edges()) {
			if (edge.consumer() == stage.ref()) {
				checkEndIsKnown(edge, status);
				if (edge.stopsConsumer() && !edge.isReplaced()) {
					musts.add(edge.endReason());
				}
				// A producer-consumer may know of an end already when it replaces it.
				if (edge.stopsConsumer() && (!edge.isReplaced() || stage instanceof SimulatedTransformer)) {
					mays.add(edge.endReason());
				}
			}
		}
		ExitReason exit = status.exit();
		boolean mayRun = !stage.mustStop() && (musts.isEmpty() || status.buffered() > 0);
		this.violations.unless((exit != null) ? mays.contains(exit) || stage.mayStopFor(exit) : mayRun,
				() -> "%s stops for one of %s, but is %s".formatted(stage, musts, status));
	}

	private void checkEndIsKnown(Edge edge, StageStatus consumer) {
		ExitReason producerExit = edge.producer().status().exit();
		boolean over = edge.isEnding() || producerExit != null;
		this.violations.unless(
				!over || edge.hasEnded() || !consumer.isRunning() || consumer.queued() + consumer.buffered() > 0,
				() -> "%s has not heard of its end".formatted(edge.subscription()));
	}

	/** A producer-consumer whose only producer has ended hands on everything first. */
	private void checkLastEnd(SimulatedTransformer transformer) {
		List<Edge> producers = this.ledger.edges()
			.stream()
			.filter((edge) -> edge.consumer() == transformer.ref())
			.toList();
		StageStatus status = transformer.ref().status();
		if (producers.size() != 1 || status.isRunning() || transformer.mustStop() || transformer.emitsUnasked()) {
			return;
		}
		Edge only = producers.get(0);
		long lost = only.subscription().status().settled() - only.handled();
		this.violations.unless(status.discarded() == lost + transformer.dropped(),
				() -> "%s ended with events to hand on: %s".formatted(transformer, status));
	}

	/** A producer that completes hands on everything first. */
	private void checkCompletion(SimulatedProducer producer) {
		StageStatus status = producer.ref().status();
		this.violations.unless(
				!producer.isOnlyDraining() || !Objects.equals(status.exit(), ExitReason.NORMAL)
						|| status.discarded() == producer.dropped(),
				() -> "%s completed with events in its buffer: %s".formatted(producer, status));
	}

	private void checkEdge(Edge edge) {
		SubscriptionStatus status = edge.subscription().status();
		this.violations.unless(status.asked() == edge.asked() && status.sent() == edge.sent(),
				() -> "%s: sent %d of %d, but its status is %s".formatted(edge.subscription(), edge.sent(),
						edge.asked(), status));
		// A producer that had stopped before never answers, but its mailbox does.
		if (edge.isEnding() || !edge.producer().status().isRunning()) {
			return;
		}
		this.violations.unless(!edge.isClosed(), () -> "%s: an ask was not counted".formatted(edge.subscription()));
		this.violations.unless(edge.isDispatched(), () -> "%s was not accepted".formatted(edge.subscription()));
		this.violations.unless(edge.open() == edge.asked() - edge.sent(),
				() -> "%s: an ask was lost".formatted(edge.subscription()));
		this.violations.unless(edge.open() + edge.underWay() == edge.outstanding(),
				() -> "%s: %d outstanding, %d under way, %d asked for".formatted(edge.subscription(),
						edge.outstanding(), edge.underWay(), edge.open()));
		this.violations.unless(edge.isManual() || edge.outstanding() > edge.options().minDemand(),
				() -> "%s: %d outstanding".formatted(edge.subscription(), edge.outstanding()));
	}

	/** Whatever was emitted or received was handled, is still there, or was counted. */
	private void checkAccount(SimulatedStage stage) {
		StageStatus status = stage.ref().status();
		long sentHere = 0;
		long settled = 0;
		long handled = 0;
		for (Edge edge : this.ledger.edges()) {
			if (edge.consumer() == stage.ref()) {
				sentHere += edge.sent();
				settled += edge.subscription().status().settled();
				handled += edge.handled();
			}
		}
		long lost = settled - handled;
		long dispatched = (stage instanceof SimulatedEmitter emitter) ? emitter.dispatcher().settled() : 0;
		long dropped = status.discarded() - lost;
		boolean balanced = status.in() == handled && sentHere == settled + status.queued() && lost >= 0 && dropped >= 0
				&& stage.emitted() == status.out() && status.out() == dispatched + status.buffered() + dropped;
		String account = "%s: emitted %d, dispatched %d; was sent %d, handled %d, settled %d".formatted(stage,
				stage.emitted(), dispatched, sentHere, handled, settled);
		this.violations.unless(balanced, () -> "does not balance: %s, %s".formatted(account, status));
		this.violations.unless(lost == 0 || !status.isRunning(),
				() -> "a running stage lost events: %s, %s".formatted(account, status));
		this.violations.unless(status.isRunning() || status.buffered() + status.queued() == 0,
				() -> "a stopped stage holds events: " + status);
		this.violations.unless(status.kind() != StageKind.CONSUMER || status.queued() + status.out() == 0,
				() -> status.toString());
	}

	private void checkNobodyWaitsInVain(SimulatedEmitter emitter) {
		StageStatus status = emitter.ref().status();
		long openDemand = emitter.dispatcher().openDemand();
		if (openDemand == 0 || status.demandMode() == DemandMode.ACCUMULATE) {
			return;
		}
		this.violations.unless(emitter.outbox().size() + status.queued() == 0,
				() -> "%s keeps events that %d are wanted of: %s".formatted(emitter, openDemand, status));
		if (emitter instanceof SimulatedProducer producer && !producer.isOnlyDraining()) {
			this.violations.unless(producer.owed() >= openDemand && !producer.couldGive(),
					() -> "%s was asked for %d more events, has %d, and its consumers wait for %d".formatted(producer,
							producer.owed(), producer.supply(), openDemand));
		}
	}

	/** Holds at rest when all that every emitter emits is wanted. */
	void checkFlow() {
		for (SimulatedStage stage : this.graph.stages()) {
			this.violations.unless(!stage.isOnlyDraining() || !stage.isRunning(),
					() -> "%s was told to drain and still runs: %s".formatted(stage, stage.ref().status()));
		}
		for (SimulatedProducer producer : this.graph.producers()) {
			this.violations.unless(producer.supply() == 0 || !producer.isRunning(),
					() -> "%s still has %d events: %s".formatted(producer, producer.supply(), producer.ref().status()));
		}
		for (SimulatedEmitter emitter : this.graph.emitters()) {
			StageStatus status = emitter.ref().status();
			this.violations.unless(status.buffered() + status.queued() == 0,
					() -> "%s is stuck: %s".formatted(emitter, status));
		}
	}

	/** Holds when all stages have stopped. */
	void checkEnd() {
		for (SimulatedStage stage : this.graph.stages()) {
			this.violations.unless(!stage.isRunning() && stage.ref().whenStopped().toCompletableFuture().isDone(),
					() -> "%s still runs".formatted(stage));
		}
		for (Edge edge : this.ledger.edges()) {
			this.violations.unless(edge.sent() == edge.subscription().status().settled(),
					() -> "lost without a count: " + edge.subscription().status());
		}
	}

}
