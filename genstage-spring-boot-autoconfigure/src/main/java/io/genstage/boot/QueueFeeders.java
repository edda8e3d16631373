package io.genstage.boot;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.StageDefinition;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * Finds out which stages may put events into which queues of other pipelines by threads
 * that can't be distinguished from those outside: stages whose bean depends on the bean
 * of a queue, and what is configured.
 */
final class QueueFeeders {

	private final ConfigurableBeanFactory beanFactory;

	private final List<Pipeline> pipelines;

	private final Map<String, Set<String>> configured;

	/** For each pipeline those with a queue that a stage of it feeds. */
	private final Map<Pipeline, Set<Pipeline>> fed = new LinkedHashMap<>();

	private QueueFeeders(ConfigurableBeanFactory beanFactory, List<Pipeline> pipelines,
			Map<String, Set<String>> configured) {
		this.beanFactory = beanFactory;
		this.pipelines = pipelines;
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
		return new QueueFeeders(beanFactory, pipelines, configured).find();
	}

	private Map<String, Set<String>> find() {
		Map<StageDefinition, Pipeline> queues = new LinkedHashMap<>();
		this.pipelines.forEach((pipeline) -> pipeline.graph()
			.stages()
			.stream()
			.filter((stage) -> isQueue(stage) || this.configured.containsKey(stage.name()))
			.forEach((queue) -> queues.put(queue, pipeline)));
		queues.forEach((queue, owner) -> this.pipelines.stream()
			.filter((pipeline) -> pipeline != owner && !feeders(pipeline, queue).isEmpty())
			.forEach((pipeline) -> this.fed.computeIfAbsent(pipeline, (first) -> new LinkedHashSet<>()).add(owner)));
		Map<String, Set<String>> found = new LinkedHashMap<>();
		queues.forEach((queue, owner) -> {
			Set<String> feeders = new LinkedHashSet<>();
			this.pipelines.stream()
				.filter((pipeline) -> pipeline != owner && !reaches(owner, pipeline))
				.forEach((pipeline) -> feeders.addAll(feeders(pipeline, queue)));
			if (!feeders.isEmpty()) {
				found.put(queue.name(), feeders);
			}
		});
		return found;
	}

	private static boolean isQueue(StageDefinition stage) {
		return stage.stages() instanceof StageSource source && source.isQueue();
	}

	private List<String> feeders(Pipeline pipeline, StageDefinition queue) {
		return pipeline.graph()
			.stages()
			.stream()
			.filter((stage) -> feeds(stage, queue))
			.map(StageDefinition::name)
			.toList();
	}

	private boolean feeds(StageDefinition stage, StageDefinition queue) {
		return this.configured.getOrDefault(queue.name(), Set.of()).contains(stage.name())
				|| (stage.stages() instanceof StageSource source && queue.stages() instanceof StageSource other
						&& dependsOn(source.beanName(), other.beanName()));
	}

	private boolean dependsOn(String bean, String other) {
		Set<String> seen = new HashSet<>();
		Deque<String> next = new ArrayDeque<>(List.of(bean));
		while (!next.isEmpty()) {
			List<String> dependencies = Arrays.asList(this.beanFactory.getDependenciesForBean(next.remove()));
			if (dependencies.contains(other)) {
				return true;
			}
			dependencies.stream().filter(seen::add).forEach(next::add);
		}
		return false;
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
