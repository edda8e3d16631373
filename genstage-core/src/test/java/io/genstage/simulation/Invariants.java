package io.genstage.simulation;

import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageKind;
import io.genstage.StageStatus;

/**
 * What has to be true of a graph besides what every single step has to respect (see
 * {@link Edge} and {@link WatchedDispatcher}).
 */
final class Invariants {

	private final RandomGraph graph;

	private final Ledger ledger;

	private final Violations violations;

	Invariants(RandomGraph graph, Ledger ledger) {
		this.graph = graph;
		this.ledger = ledger;
		this.violations = ledger.violations();
	}

	/** Holds between any two turns. */
	void checkBounds() {
		for (SimulatedProducer producer : this.graph.producers()) {
			StageStatus status = producer.ref().status();
			if (status.demandMode() == DemandMode.FORWARD) {
				checkBuffer(producer, status);
			}
		}
		for (SimulatedTransformer transformer : this.graph.transformers()) {
			StageStatus status = transformer.ref().status();
			checkBuffer(transformer, status);
			this.violations.unless(!transformer.isBounded() || status.buffered() <= 2 * RandomGraph.MOST_DEMAND,
					() -> "%s consumes without bound: %s".formatted(transformer, status));
		}
		for (Edge edge : this.ledger.edges()) {
			int max = edge.subscription().options().maxDemand();
			this.violations.unless(edge.sent() <= edge.asked(), () -> edge.subscription().status().toString());
			this.violations.unless(edge.asked() - edge.handled() <= max, () -> edge.subscription().status().toString());
		}
	}

	private void checkBuffer(SimulatedStage emitter, StageStatus status) {
		this.violations.unless(status.buffered() <= emitter.capacity(),
				() -> "%s has a buffer of %d: %s".formatted(emitter, emitter.capacity(), status));
	}

	/** Holds when there is nothing left to do. */
	void checkRest() {
		checkBounds();
		this.ledger.edges().forEach(this::checkEdge);
		this.graph.stages().forEach(this::checkAccount);
		this.graph.receivers().forEach(this::checkEnds);
		this.graph.emitters().stream().filter(SimulatedStage::isRunning).forEach(this::checkNobodyWaitsInVain);
		this.graph.producers().forEach(this::checkCompletion);
	}

	/**
	 * A consumer learns of each end once it has handed on what came before, and stops if
	 * and only if it has to.
	 */
	private void checkEnds(SimulatedStage consumer) {
		StageStatus status = consumer.ref().status();
		boolean mustStop = false;
		for (Edge edge : this.ledger.edges()) {
			if (edge.subscription().consumer() == consumer.ref()) {
				mustStop |= edge.hasEndedBadly();
				boolean over = edge.isEnding() || !edge.subscription().producer().status().isRunning();
				this.violations.unless(
						!over || edge.hasEnded() || !status.isRunning() || status.queued() + status.buffered() > 0,
						() -> "%s has not heard of its end".formatted(edge.subscription()));
			}
		}
		boolean stops = mustStop;
		this.violations.unless(status.isRunning() ? !stops : stops || consumer.mayStop(),
				() -> "%s had to stop: %s, but is %s".formatted(consumer, stops, status));
	}

	/** A producer that completes hands on everything first. */
	private void checkCompletion(SimulatedProducer producer) {
		StageStatus status = producer.ref().status();
		this.violations.unless(status.exit() != ExitReason.NORMAL || status.discarded() == producer.dropped(),
				() -> "%s completed with events in its buffer: %s".formatted(producer, status));
	}

	private void checkEdge(Edge edge) {
		this.violations.unless(
				edge.subscription().status().asked() == edge.asked()
						&& edge.subscription().status().sent() == edge.sent(),
				() -> "%s: sent %d of %d, but its status is %s".formatted(edge.subscription(), edge.sent(),
						edge.asked(), edge.subscription().status()));
		// A producer that had stopped before never answers, but its mailbox does.
		if (edge.isEnding() || !edge.subscription().producer().status().isRunning()) {
			return;
		}
		this.violations.unless(edge.isDispatched(), () -> "%s was not accepted".formatted(edge.subscription()));
		this.violations.unless(edge.open() == edge.asked() - edge.sent(),
				() -> "%s: an ask was lost".formatted(edge.subscription()));
		this.violations.unless(edge.open() + edge.underWay() == edge.outstanding(),
				() -> "%s: %d outstanding, %d under way, %d asked for".formatted(edge.subscription(),
						edge.outstanding(), edge.underWay(), edge.open()));
		this.violations.unless(edge.outstanding() > edge.subscription().options().minDemand(),
				() -> "%s: %d outstanding".formatted(edge.subscription(), edge.outstanding()));
	}

	/** Whatever was emitted or received was handled, is still there, or was counted. */
	private void checkAccount(SimulatedStage stage) {
		StageStatus status = stage.ref().status();
		long sentHere = 0;
		long settled = 0;
		long handled = 0;
		for (Edge edge : this.ledger.edges()) {
			if (edge.subscription().consumer() == stage.ref()) {
				sentHere += edge.sent();
				settled += edge.subscription().status().settled();
				handled += edge.handled();
			}
		}
		long lost = settled - handled;
		WatchedDispatcher dispatcher = stage.dispatcher();
		long dispatched = (dispatcher != null) ? dispatcher.dispatched() : 0;
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

	private void checkNobodyWaitsInVain(SimulatedStage emitter) {
		StageStatus status = emitter.ref().status();
		WatchedDispatcher dispatcher = emitter.dispatcher();
		if (dispatcher == null || dispatcher.openDemand() == 0 || status.demandMode() == DemandMode.ACCUMULATE) {
			return;
		}
		this.violations.unless(status.buffered() + status.queued() == 0,
				() -> "%s keeps events that %d are wanted of: %s".formatted(emitter, dispatcher.openDemand(), status));
		if (emitter instanceof SimulatedProducer producer && !producer.isDraining()) {
			this.violations.unless(producer.owed() >= dispatcher.openDemand() && !producer.couldGive(),
					() -> "%s was asked for %d more events, has %d, and its consumers wait for %d".formatted(producer,
							producer.owed(), producer.supply(), dispatcher.openDemand()));
		}
	}

	/** Holds at rest when every emitter has an idle consumer. */
	void checkFlow() {
		for (SimulatedStage stage : this.graph.stages()) {
			this.violations.unless(!stage.isDraining() || !stage.isRunning(),
					() -> "%s was told to drain and still runs: %s".formatted(stage, stage.ref().status()));
		}
		for (SimulatedProducer producer : this.graph.producers()) {
			this.violations.unless(producer.supply() == 0 || !producer.isRunning(),
					() -> "%s still has %d events: %s".formatted(producer, producer.supply(), producer.ref().status()));
		}
		for (SimulatedStage emitter : this.graph.emitters()) {
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
