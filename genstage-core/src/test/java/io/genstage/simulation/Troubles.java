package io.genstage.simulation;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

import io.genstage.DemandMode;
import io.genstage.ExitReason;

/**
 * What may come over a running graph at any moment.
 */
final class Troubles {

	private static final List<ExitReason> REASONS = List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN,
			ExitReason.shutdown("for a test"), ExitReason.NO_STAGE, ExitReason.of("enough"));

	private final RandomGraph graph;

	private final Ledger ledger;

	private final Calls calls;

	private final Random random;

	/** The usual ones are named more often. */
	private final List<Trouble> troubles = List.of(new Trouble("a late consumer", this::startConsumer),
			new Trouble("another subscription", this::subscribe), new Trouble("another subscription", this::subscribe),
			new Trouble("a replaced subscription", this::resubscribe), new Trouble("a cancel", this::cancel),
			new Trouble("a cancel", this::cancel), new Trouble("a crash of a receiver", this::crashReceiver),
			new Trouble("a crash of any stage", this::crashAny),
			new Trouble("the end of a receiver", this::stopReceiver),
			new Trouble("the end of any stage", this::stopAny), new Trouble("a drain", this::drain),
			new Trouble("another demand mode", this::changeDemandMode),
			new Trouble("another demand mode", this::changeDemandMode), new Trouble("an ask by hand", this::askByHand),
			new Trouble("an ask by hand", this::askByHand), new Trouble("a burst", this::burst),
			new Trouble("more supply", this::supply), new Trouble("an info", this::tell),
			new Trouble("an info behind events", this::tellBehindEvents),
			new Trouble("an info behind events", this::tellBehindEvents), new Trouble("a call", this::call));

	Troubles(RandomGraph graph, Ledger ledger, Calls calls, Random random) {
		this.graph = graph;
		this.ledger = ledger;
		this.calls = calls;
		this.random = random;
	}

	void makeOne() {
		Trouble trouble = any(this.troubles);
		this.ledger.trace("trouble", "is", trouble.name());
		trouble.make().run();
	}

	private void startConsumer() {
		this.graph.subscribe(this.graph.startConsumer(), any(this.graph.emitters()));
	}

	private void subscribe() {
		this.graph.subscribe(any(this.graph.receivers()), any(this.graph.producers()));
	}

	private void resubscribe() {
		anyEdge((edge) -> true).ifPresent((edge) -> this.graph.resubscribe(edge, any(REASONS)));
	}

	private void cancel() {
		anyEdge((edge) -> true).ifPresent((edge) -> edge.subscription().cancel(any(REASONS)));
	}

	private void askByHand() {
		anyEdge(Edge::isManual).ifPresent((edge) -> edge.askByHand(this.random.nextInt(RandomGraph.MOST_DEMAND)));
	}

	private void crashReceiver() {
		any(this.graph.receivers()).crashIn(any(List.of(Callback.values())));
	}

	private void crashAny() {
		any(this.graph.stages()).crashIn(any(List.of(Callback.values())));
	}

	private void stopReceiver() {
		any(this.graph.receivers()).stop(any(REASONS));
	}

	// Without a producer not much happens, so that doesn't come often.

	private void stopAny() {
		if (this.random.nextInt(3) == 0) {
			any(this.graph.stages()).stop(any(REASONS));
		}
	}

	private void drain() {
		if (this.random.nextInt(3) == 0) {
			any(this.graph.stages()).drain();
		}
	}

	private void changeDemandMode() {
		any(this.graph.producers()).ref().demand(any(List.of(DemandMode.values())));
	}

	private void burst() {
		any(this.graph.producers()).ref().tell(new SimulatedProducer.Burst(this.random.nextInt(10)));
	}

	private void supply() {
		any(this.graph.producers()).ref().tell(new SimulatedProducer.Supply(this.random.nextInt(50)));
	}

	private void tell() {
		any(this.graph.stages()).infos().tell();
	}

	private void tellBehindEvents() {
		any(this.graph.stages()).infos().tellBehindEvents();
	}

	private void call() {
		this.calls.ask(any(this.graph.stages()), any(List.of(Calls.Answer.values())), this.random.nextInt(4));
	}

	private Optional<Edge> anyEdge(Predicate<Edge> condition) {
		List<Edge> edges = this.ledger.edges().stream().filter(condition).toList();
		return edges.isEmpty() ? Optional.empty() : Optional.of(any(edges));
	}

	private <T> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	/**
	 * One kind of trouble.
	 */
	private record Trouble(String name, Runnable make) {
	}

}
