package io.genstage.desk;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.CancelMode;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.SubscriptionStatus;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Subscriber;
import io.genstage.dispatch.Unserved;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import org.jspecify.annotations.Nullable;

/**
 * A stage that letters are replayed to, as it is at each moment: it may be stopped,
 * restarted, made anew with other instances, or gone.
 */
final class Target {

	private final String stage;

	/** The stage that events came from, whose partitions are those of a replay. */
	private final @Nullable String source;

	private final PipelineRegistry registry;

	private final StageSystem system;

	private final Function<String, Optional<Class<?>>> types;

	/** Who has subscribed, or is about to, by instance or partition. */
	private final Map<Object, StageRef> subscribed = new HashMap<>();

	Target(String stage, @Nullable String source, PipelineRegistry registry, StageSystem system,
			Function<String, Optional<Class<?>>> types) {
		this.stage = stage;
		this.source = source;
		this.registry = registry;
		this.system = system;
		this.types = types;
	}

	/** Returns the name of the stage. */
	String stage() {
		return this.stage;
	}

	/** Returns why the stage takes no events, if it doesn't. */
	Optional<String> refusal() {
		ManagedStageStatus status = this.registry.stage(this.stage).orElse(null);
		if (status == null) {
			return Optional.of("there is no stage '%s'".formatted(this.stage));
		}
		if (!status.kind().consumes()) {
			return Optional.of("stage '%s' is a producer, which takes no events".formatted(this.stage));
		}
		StageState state = status.state();
		if (!state.isAlive() || state == StageState.STOPPING) {
			return Optional.of("stage '%s' does not run: it is %s".formatted(this.stage, state));
		}
		return isDraining() ? Optional.of("the pipeline of stage '%s' drains".formatted(this.stage)) : Optional.empty();
	}

	/** Returns whether somebody who has subscribed takes in nothing new. */
	boolean isDraining() {
		return this.subscribed.values().stream().anyMatch(StageRef::isDraining);
	}

	/** Returns why the stage can't take an event, if it can't. */
	Optional<String> refusal(Object event) {
		return this.types.apply(this.stage)
			.filter((type) -> !type.isInstance(event))
			.map((type) -> "stage '%s' takes %s and not %s".formatted(this.stage, type.getName(),
					event.getClass().getName()));
	}

	/**
	 * Returns what a producer for this stage has to be started with, so that events come
	 * to the instance that has their partition.
	 */
	StageOptions options() {
		StageOptions options = StageOptions.defaults().withUnserved(Unserved.WAIT);
		return edge().flatMap(this::partitioning).map(options::withDispatcher).orElse(options);
	}

	private Optional<DispatcherFactory<?>> partitioning(EdgeStatus edge) {
		if (edge.options().attributes().containsKey(Subscriber.PARTITION)) {
			return Optional.empty();
		}
		return this.registry.definition(edge.producer())
			.map(StageDefinition::options)
			.map(StageOptions::dispatcher)
			.filter((dispatcher) -> !dispatcher.partitions().isEmpty());
	}

	/** Subscribes those of the stage's instances that run and have not subscribed yet. */
	void connect(StageRef producer) {
		EdgeStatus edge = edge().orElse(null);
		if (edge == null) {
			return;
		}
		slots(edge).forEach((slot, instance) -> {
			StageRef consumer = this.subscribed.containsKey(slot) ? null : this.system.find(instance).orElse(null);
			if (consumer != null) {
				this.subscribed.put(slot, consumer);
				consumer.subscribeTo(producer, optionsOf(edge, slot, instance))
					.whenComplete((subscription, failure) -> {
						if (failure != null) {
							producer.tell(new NotSubscribed(slot, consumer));
						}
					});
			}
		});
	}

	private Map<Object, String> slots(EdgeStatus edge) {
		Map<Object, String> slots = new LinkedHashMap<>();
		if (partitioning(edge).isPresent()) {
			for (SubscriptionStatus open : edge.subscriptions()) {
				Object partition = open.options().attributes().get(Subscriber.PARTITION);
				if (partition != null) {
					slots.put(partition, open.consumer());
				}
			}
			return slots;
		}
		this.registry.stage(this.stage)
			.map(ManagedStageStatus::instances)
			.orElse(List.of())
			.stream()
			.filter((instance) -> instance.state().isAlive() && instance.state() != StageState.STOPPING)
			.forEach((instance) -> slots.put(instance.name(), instance.name()));
		return slots;
	}

	private static SubscribeOptions optionsOf(EdgeStatus edge, Object slot, String instance) {
		SubscribeOptions usual = edge.options();
		Map<String, Object> attributes = new HashMap<>(usual.attributes());
		attributes.keySet().removeAll(List.of(Subscriber.PARTITION, Subscriber.SELECTOR, Subscriber.PLACE));
		SubscribeOptions options = new SubscribeOptions(usual.maxDemand(), usual.minDemand(), CancelMode.TEMPORARY,
				usual.manual(), attributes);
		return slot.equals(instance) ? options : options.withPartition(slot);
	}

	/** Returns the edge by which the letters had come, or another one. */
	private Optional<EdgeStatus> edge() {
		List<EdgeStatus> edges = this.registry.find(this.stage)
			.map(Pipeline::status)
			.map((pipeline) -> pipeline.edges().stream().filter((edge) -> edge.consumer().equals(this.stage)).toList())
			.orElse(List.of());
		return edges.stream()
			.filter((edge) -> edge.producer().equals(this.source))
			.findFirst()
			.or(() -> edges.stream().findFirst());
	}

	/** Notes that an instance has left the producer. */
	void left(Subscription subscription) {
		Object slot = subscription.options()
			.attributes()
			.getOrDefault(Subscriber.PARTITION, subscription.consumer().name());
		this.subscribed.remove(slot, subscription.consumer());
	}

	void notSubscribed(NotSubscribed message) {
		this.subscribed.remove(message.slot(), message.consumer());
	}

	/**
	 * Reports to the producer that an instance could not subscribe after all.
	 */
	record NotSubscribed(Object slot, StageRef consumer) {
	}

}
