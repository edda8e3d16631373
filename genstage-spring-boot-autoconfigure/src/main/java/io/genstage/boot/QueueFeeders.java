package io.genstage.boot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.genstage.StageKind;
import io.genstage.failure.FailurePolicy;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.DeadLetterQueue;
import io.genstage.source.EventQueue;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * Finds out which stages may put events into which queues of other pipelines by threads
 * that can't be distinguished from those outside: stages whose bean depends on the bean
 * of a queue, and what is configured. A link that keeps nothing is fed likewise, by the
 * stages that send to it.
 */
final class QueueFeeders {

	private final ConfigurableBeanFactory beanFactory;

	private final Map<String, Set<String>> configured;

	/** For the name of each stage its pipeline. */
	private final Map<String, Pipeline> pipelines = new LinkedHashMap<>();

	/** For the name of each bean the names of its stages. */
	private final Map<String, Set<String>> stages = new LinkedHashMap<>();

	private final List<StageDefinition> definitions = new ArrayList<>();

	/** For each pipeline those with a queue that a stage of it feeds. */
	private final Map<Pipeline, Set<Pipeline>> fed = new LinkedHashMap<>();

	private QueueFeeders(ConfigurableBeanFactory beanFactory, Map<String, Set<String>> configured) {
		this.beanFactory = beanFactory;
		this.configured = configured;
	}

	/**
	 * Finds the stages that feed queues.
	 * @param beanFactory knows which bean depends on which
	 * @param pipelines all pipelines of the application
	 * @param configured for the names of queues the names of stages that feed them
	 * @return for the name of each queue that is fed by another pipeline the stages that
	 * do so. Pipelines that feed each other in a circle are left out: none of them could
	 * rest while events come from outside
	 */
	static Map<String, Set<String>> of(ConfigurableBeanFactory beanFactory, List<Pipeline> pipelines,
			Map<String, Set<String>> configured) {
		return new QueueFeeders(beanFactory, configured).find(pipelines);
	}

	private Map<String, Set<String>> find(List<Pipeline> pipelines) {
		pipelines.forEach(this::addStages);
		Map<String, Set<String>> found = new LinkedHashMap<>();
		pipelines.forEach((pipeline) -> pipeline.graph()
			.stages()
			.stream()
			.filter((stage) -> isQueue(stage) || this.configured.containsKey(stage.name()))
			.forEach((queue) -> found.put(queue.name(), feeders(queue, pipeline))));
		this.definitions.forEach((stage) -> {
			if (stage.kind() == StageKind.PRODUCER && stage.stages() instanceof LinkSource end && !end.keepsEvents()) {
				found.put(stage.name(), senders(end));
			}
		});
		found.forEach((queue, feeders) -> feeders.stream()
			.filter((feeder) -> !areTogether(feeder, queue))
			.forEach((feeder) -> add(this.fed, pipelineOf(feeder), pipelineOf(queue))));
		found.forEach((queue, feeders) -> feeders
			.removeIf((feeder) -> !areTogether(feeder, queue) && reaches(pipelineOf(queue), pipelineOf(feeder))));
		found.values().removeIf(Set::isEmpty);
		return found;
	}

	/** Returns the stages that send where an end of a link receives. */
	private Set<String> senders(LinkSource receiver) {
		Set<String> senders = new LinkedHashSet<>();
		this.definitions.forEach((stage) -> {
			if (stage.stages() instanceof LinkSource other && other.isOtherEndOf(receiver)) {
				senders.add(stage.name());
			}
		});
		return senders;
	}

	private boolean areTogether(String stage, String other) {
		return pipelineOf(stage) == pipelineOf(other);
	}

	private void addStages(Pipeline pipeline) {
		for (StageDefinition stage : pipeline.graph().stages()) {
			this.pipelines.put(stage.name(), pipeline);
			this.definitions.add(stage);
			if (stage.stages() instanceof StageSource source) {
				add(this.stages, source.beanName(), stage.name());
			}
		}
	}

	private static boolean isQueue(StageDefinition stage) {
		return stage.stages() instanceof StageSource source && source.isQueue();
	}

	/** Returns the stages of other pipelines that feed a queue. */
	private Set<String> feeders(StageDefinition queue, Pipeline owner) {
		Set<String> feeders = new LinkedHashSet<>(this.configured.getOrDefault(queue.name(), Set.of()));
		if (queue.stages() instanceof StageSource source) {
			dependents(source.beanName()).forEach((bean) -> feeders.addAll(this.stages.getOrDefault(bean, Set.of())));
			if (source.isQueue()) {
				feeders.addAll(withDeadLettersFor((EventQueue<?>) this.beanFactory.getBean(source.beanName())));
			}
		}
		feeders.removeIf((feeder) -> {
			Pipeline pipeline = this.pipelines.get(feeder);
			return pipeline == null || pipeline == owner;
		});
		return feeders;
	}

	private List<String> withDeadLettersFor(EventQueue<?> queue) {
		return this.definitions.stream().filter((stage) -> {
			FailurePolicy policy = stage.options().failure();
			return policy != null && policy.deadLetters() instanceof DeadLetterQueue letters
					&& letters.queue() == queue;
		}).map(StageDefinition::name).toList();
	}

	/** Returns the beans that depend on a bean, directly or through others. */
	private Set<String> dependents(String bean) {
		Set<String> seen = new LinkedHashSet<>();
		Deque<String> next = new ArrayDeque<>(List.of(bean));
		while (!next.isEmpty()) {
			for (String dependent : this.beanFactory.getDependentBeans(next.remove())) {
				if (seen.add(dependent)) {
					next.add(dependent);
				}
			}
		}
		return seen;
	}

	private Pipeline pipelineOf(String stage) {
		return Objects.requireNonNull(this.pipelines.get(stage), stage);
	}

	private static <K, V> void add(Map<K, Set<V>> map, K key, V value) {
		map.computeIfAbsent(key, (first) -> new LinkedHashSet<>()).add(value);
	}

	private boolean reaches(Pipeline from, Pipeline to) {
		Set<Pipeline> seen = new HashSet<>();
		Deque<Pipeline> next = new ArrayDeque<>(List.of(from));
		while (!next.isEmpty()) {
			for (Pipeline pipeline : this.fed.getOrDefault(next.remove(), Set.of())) {
				if (pipeline == to) {
					return true;
				}
				if (seen.add(pipeline)) {
					next.add(pipeline);
				}
			}
		}
		return false;
	}

}
