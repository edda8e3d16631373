package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.genstage.Stage;
import io.genstage.log.StageNames;

/**
 * Finds everything that is wrong with a graph.
 */
final class GraphCheck {

	private static final Pattern INSTANCE = Pattern.compile("(.+)#\\d+", Pattern.DOTALL);

	private final Collection<StageDefinition> stages;

	private final Map<String, StageDefinition> byName = new LinkedHashMap<>();

	private final List<GraphProblem> problems = new ArrayList<>();

	private GraphCheck(Collection<StageDefinition> stages) {
		this.stages = stages;
	}

	static List<GraphProblem> problems(Collection<StageDefinition> stages) {
		return new GraphCheck(stages).run();
	}

	private List<GraphProblem> run() {
		checkNames();
		this.stages.forEach(this::checkInstanceName);
		this.stages.forEach(this::checkProducers);
		checkSharing();
		checkConsumers();
		checkCircles();
		return this.problems;
	}

	private void checkNames() {
		Set<String> reported = new HashSet<>();
		for (StageDefinition stage : this.stages) {
			if (!StageNames.isGood(stage.name())) {
				report(stage, "needs another name: it must have " + StageNames.RULE);
			}
			if (this.byName.putIfAbsent(stage.name(), stage) != null && reported.add(stage.name())) {
				report(stage, "is defined more than once: names must be unique");
			}
		}
	}

	/** Instances are stages of the same system as all others. */
	private void checkInstanceName(StageDefinition stage) {
		instanceOf(stage.name()).filter(this.byName::containsKey)
			.ifPresent((other) -> report(stage,
					"is named like an instance of '%s': choose another name".formatted(other)));
	}

	/** Returns the name of the stage that a name would be that of an instance of. */
	static Optional<String> instanceOf(String name) {
		Matcher instance = INSTANCE.matcher(name);
		return instance.matches() ? Optional.of(instance.group(1)) : Optional.empty();
	}

	private void checkProducers(StageDefinition stage) {
		if (!stage.kind().consumes() && !stage.producers().isEmpty()) {
			report(stage, "is a producer and can't subscribe to %s".formatted(producersOf(stage)));
		}
		if (stage.kind().consumes() && stage.producers().isEmpty()) {
			report(stage, "is a %s without a producer: say which stages it subscribes to".formatted(stage.kind()));
		}
		Set<String> seen = new HashSet<>();
		for (EdgeDefinition edge : stage.producers()) {
			if (!seen.add(edge.producer())) {
				report(stage, "subscribes to '%s' more than once".formatted(edge.producer()));
			}
			else {
				checkProducer(stage, edge.producer());
			}
		}
	}

	private void checkProducer(StageDefinition stage, String name) {
		StageDefinition producer = this.byName.get(name);
		if (producer == null) {
			Set<String> others = new LinkedHashSet<>(this.byName.keySet());
			others.remove(stage.name());
			report(stage,
					"subscribes to '%s', which doesn't exist: %s".formatted(name, Suggestion.instead(name, others)));
		}
		else if (!producer.kind().produces()) {
			report(stage, "subscribes to '%s', which is a consumer and emits nothing".formatted(name));
		}
	}

	private void checkSharing() {
		IdentityHashMap<Stage, StageDefinition> users = new IdentityHashMap<>();
		for (StageDefinition definition : this.stages) {
			Stage stage = definition.unshareable().orElse(null);
			if (stage == null) {
				continue;
			}
			if (definition.concurrency() > 1) {
				report(definition, whyAlone(definition.concurrency(), stage));
			}
			StageDefinition other = users.putIfAbsent(stage, definition);
			if (other != null) {
				report(definition, "has the same %s as '%s', which keeps what belongs to one run: make another one"
					.formatted(stage.getClass().getSimpleName(), other.name()));
			}
		}
	}

	static String whyAlone(int instances, Stage stage) {
		return ("can't run as %d instances: they would share one %s, which keeps what belongs to one run; "
				+ "define it by what makes a stage for each")
			.formatted(instances, stage.getClass().getSimpleName());
	}

	private void checkConsumers() {
		Set<String> subscribedTo = this.stages.stream()
			.flatMap((stage) -> producersOf(stage).stream())
			.collect(Collectors.toSet());
		for (StageDefinition stage : this.byName.values()) {
			if (stage.kind().produces() && !subscribedTo.contains(stage.name())) {
				report(stage, "is a %s without a consumer: no stage subscribes to it".formatted(stage.kind()));
			}
		}
	}

	private void checkCircles() {
		Map<String, Set<String>> producers = new LinkedHashMap<>();
		this.byName.forEach((name, stage) -> producers.put(name, new LinkedHashSet<>(producersOf(stage))));
		Circles.of(producers).forEach(this::reportCircle);
	}

	private void reportCircle(List<String> circle) {
		String first = circle.get(0);
		this.problems.add(new GraphProblem(first, (circle.size() == 1) ? "subscribes to itself"
				: "is in a circle of subscriptions: %s → %s".formatted(String.join(" → ", circle), first)));
	}

	private static List<String> producersOf(StageDefinition stage) {
		return stage.producers().stream().map(EdgeDefinition::producer).toList();
	}

	private void report(StageDefinition stage, String description) {
		this.problems.add(new GraphProblem(stage.name(), description));
	}

}
