package io.genstage.boot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import io.genstage.CallScope;
import io.genstage.StageKind;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.HandlerStages;
import io.genstage.boot.handler.TypedStage;
import io.genstage.pipeline.StageDefinition;

/**
 * Lets the calls of handlers be transactions that a crash repeats nothing of, where
 * properties of links say so and it can be kept what that promises.
 */
final class ScopeWiring {

	private static final String BROADCAST = "broadcast";

	private final Map<String, LinkPlan> plans;

	private final Function<String, List<StageDeclaration>> subscribers;

	private final List<WiringProblem> problems = new ArrayList<>();

	/**
	 * Creates a wiring.
	 * @param plans all links by name
	 * @param subscribers returns the stages that subscribe to a link
	 */
	ScopeWiring(Map<String, LinkPlan> plans, Function<String, List<StageDeclaration>> subscribers) {
		this.plans = plans;
		this.subscribers = subscribers;
	}

	/** Returns what is wrong. */
	List<WiringProblem> problems() {
		return this.problems;
	}

	/**
	 * Lets the calls of stages be transactions.
	 * @param scopes the ways to do it
	 * @param definitions all stages, after the graph was cut
	 * @param types what is known of the stages, by name
	 */
	List<StageDefinition> surround(List<LinkScopes> scopes, List<StageDefinition> definitions,
			Map<String, TypedStage> types) {
		Map<String, StageDefinition> known = new LinkedHashMap<>();
		definitions.forEach((definition) -> known.put(definition.name(), definition));
		Map<LinkScopes, List<LinkPlan>> wanted = new LinkedHashMap<>();
		scopes.forEach((way) -> wanted.put(way, usable(way, known, types)));
		Set<String> stages = new LinkedHashSet<>();
		wanted.values().forEach((plans) -> plans.forEach((plan) -> stages.add(stageBehind(plan).name())));
		Map<String, CallScope> chosen = new HashMap<>();
		wanted.forEach((way, plans) -> {
			if (!plans.isEmpty()) {
				checkConnections(way, plans.get(0), stages, known);
				scope(way, plans)
					.ifPresent((scope) -> plans.forEach((plan) -> chosen.put(stageBehind(plan).name(), scope)));
			}
		});
		return definitions.stream().map((definition) -> {
			CallScope scope = chosen.get(definition.name());
			return (scope != null) ? definition.withOptions(definition.options().withScope(scope)) : definition;
		}).toList();
	}

	/** Returns the links whose calls can be transactions in a way that they ask for. */
	private List<LinkPlan> usable(LinkScopes way, Map<String, StageDefinition> known, Map<String, TypedStage> types) {
		List<LinkPlan> usable = new ArrayList<>();
		this.plans.values()
			.stream()
			.filter(way::isWanted)
			.filter(this::isRead)
			.forEach((plan) -> problemWith(way, plan, known, types)
				.ifPresentOrElse((problem) -> report(way, plan, problem), () -> usable.add(plan)));
		return usable;
	}

	private boolean isRead(LinkPlan plan) {
		return !this.subscribers.apply(plan.stages().link()).isEmpty();
	}

	/** Returns the only stage behind a link without a problem. */
	private StageDeclaration stageBehind(LinkPlan plan) {
		return this.subscribers.apply(plan.stages().link()).get(0);
	}

	private void report(LinkScopes way, LinkPlan plan, String problem) {
		this.problems.add(WiringProblem.ofProperty(
				"genstage.links.%s.%s".formatted(plan.stages().link(), way.setting()), "is true, but " + problem));
	}

	private Optional<CallScope> scope(LinkScopes way, List<LinkPlan> plans) {
		try {
			return Optional.of(way.scope(plans));
		}
		catch (IllegalStateException ex) {
			report(way, plans.get(0), String.valueOf(ex.getMessage()));
			return Optional.empty();
		}
	}

	private Optional<String> problemWith(LinkScopes way, LinkPlan plan, Map<String, StageDefinition> known,
			Map<String, TypedStage> types) {
		Optional<String> problem = way.problemWith(plan);
		if (problem.isPresent()) {
			return problem;
		}
		String link = plan.stages().link();
		List<StageDeclaration> stages = this.subscribers.apply(link);
		if (stages.size() > 1) {
			return Optional.of(("the stages %s all subscribe to '%s', and a message can have one transaction only: "
					+ "let one subscribe to it, or remove '%s'")
				.formatted(new TreeSet<>(stages.stream().map(StageDeclaration::name).toList()), link, way.setting()));
		}
		StageDeclaration stage = stages.get(0);
		return problemWith(way, stage)
			.or(() -> Optional.ofNullable(known.get(stage.name()))
				.flatMap((definition) -> problemWith(plan, definition, known)))
			.or(() -> Optional.ofNullable(types.get(stage.name()))
				.flatMap((typed) -> HandlerStages.reasonAgainstScope(typed.stage()))
				.map((reason) -> "the stage '%s' %s: let it block until it is done".formatted(stage.name(), reason)));
	}

	private Optional<String> problemWith(LinkScopes way, StageDeclaration stage) {
		if (stage.kind() != StageKind.CONSUMER) {
			return Optional.of(("the stage '%s' is a %s, whose results would be on their way when its messages are "
					+ "settled: let it be a @Consumer, which sends by JdbcLinks.send in its transaction")
				.formatted(stage.name(), stage.kind()));
		}
		List<String> others = stage.producers()
			.stream()
			.filter((producer) -> !this.plans.containsKey(producer)
					|| !way.isWanted(Objects.requireNonNull(this.plans.get(producer))))
			.toList();
		return others.isEmpty() ? Optional.empty()
				: Optional.of(("the stage '%s' also subscribes to %s, which is no such link: let it subscribe to links "
						+ "with '%s' only")
					.formatted(stage.name(), others, way.setting()));
	}

	private static Optional<String> problemWith(LinkPlan plan, StageDefinition stage,
			Map<String, StageDefinition> known) {
		if (stage.options().tasks() != null) {
			return Optional
				.of("the stage '%s' has a task for each event: remove 'task-per-event'".formatted(stage.name()));
		}
		StageDefinition reader = known.get(plan.stages().reader());
		if (reader != null && BROADCAST.equals(reader.options().dispatcherName()) && stage.concurrency() > 1) {
			return Optional.of(("each of the %d instances of '%s' gets each event by the dispatcher 'broadcast', and a "
					+ "message can have one transaction only: let the dispatcher be 'demand' or 'partition'")
				.formatted(stage.concurrency(), stage.name()));
		}
		return Optional.empty();
	}

	/** A pool that can't serve all of them at once lets them wait for each other. */
	private void checkConnections(LinkScopes way, LinkPlan first, Set<String> stages,
			Map<String, StageDefinition> known) {
		long links = this.plans.values()
			.stream()
			.filter((plan) -> way.keepsConnection(plan.provider()) && isRead(plan))
			.count();
		int handlers = stages.stream()
			.map(known::get)
			.filter(Objects::nonNull)
			.mapToInt((stage) -> Objects.requireNonNull(stage).concurrency())
			.sum();
		if (way.connections() > 0 && way.connections() < links + handlers) {
			String ofLinks = (links > 0) ? "one for each of %d links that are read, and ".formatted(links) : "";
			report(way, first,
					("the pool has %d connections, and %d are needed: %sone for each instance of %s; let it have more, as by "
							+ "'spring.datasource.hikari.maximum-pool-size'")
						.formatted(way.connections(), links + handlers, ofLinks, stages));
		}
	}

}
