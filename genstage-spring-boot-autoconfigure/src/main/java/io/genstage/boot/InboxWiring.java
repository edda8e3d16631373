package io.genstage.boot;

import java.util.ArrayList;
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
import io.genstage.boot.link.LinkInboxes;
import io.genstage.pipeline.StageDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of handlers be transactions that settle the messages of links, where
 * properties say so and it can be kept what that promises.
 */
final class InboxWiring {

	private static final String BROADCAST = "broadcast";

	private final Map<String, LinkPlan> plans;

	private final @Nullable LinkInboxes inboxes;

	private final Function<String, List<StageDeclaration>> subscribers;

	private final List<WiringProblem> problems = new ArrayList<>();

	/**
	 * Creates a wiring.
	 * @param plans all links by name
	 * @param inboxes opens transactions, if anything does
	 * @param subscribers returns the stages that subscribe to a link
	 */
	InboxWiring(Map<String, LinkPlan> plans, @Nullable LinkInboxes inboxes,
			Function<String, List<StageDeclaration>> subscribers) {
		this.plans = plans;
		this.inboxes = inboxes;
		this.subscribers = subscribers;
	}

	/** Returns what is wrong. */
	List<WiringProblem> problems() {
		return this.problems;
	}

	/**
	 * Lets the calls of stages be transactions.
	 * @param definitions all stages, after the graph was cut
	 * @param types what is known of the stages, by name
	 */
	List<StageDefinition> surround(List<StageDefinition> definitions, Map<String, TypedStage> types) {
		Map<String, StageDefinition> known = new LinkedHashMap<>();
		definitions.forEach((definition) -> known.put(definition.name(), definition));
		Set<String> stages = new LinkedHashSet<>();
		this.plans.values()
			.stream()
			.filter(this::isTransactional)
			.filter((plan) -> !this.subscribers.apply(plan.stages().link()).isEmpty())
			.forEach((plan) -> problemWith(plan, known, types).ifPresentOrElse((problem) -> report(plan, problem),
					() -> stages.add(this.subscribers.apply(plan.stages().link()).get(0).name())));
		if (stages.isEmpty()) {
			return definitions;
		}
		LinkInboxes inboxes = Objects.requireNonNull(this.inboxes);
		checkConnections(inboxes, stages, known);
		return scope(inboxes, stages)
			.map((scope) -> definitions.stream()
				.map((definition) -> stages.contains(definition.name())
						? definition.withOptions(definition.options().withScope(scope)) : definition)
				.toList())
			.orElse(definitions);
	}

	private boolean isTransactional(LinkPlan plan) {
		return Boolean.TRUE.equals(plan.settings().transactional());
	}

	private void report(LinkPlan plan, String problem) {
		this.problems.add(WiringProblem.ofProperty("genstage.links.%s.transactional".formatted(plan.stages().link()),
				"is true, but " + problem));
	}

	private Optional<CallScope> scope(LinkInboxes inboxes, Set<String> stages) {
		try {
			return Optional.of(inboxes.scope());
		}
		catch (IllegalStateException ex) {
			firstOf(stages).ifPresent((plan) -> report(plan, String.valueOf(ex.getMessage())));
			return Optional.empty();
		}
	}

	private Optional<LinkPlan> firstOf(Set<String> stages) {
		return this.plans.values()
			.stream()
			.filter((plan) -> isTransactional(plan) && this.subscribers.apply(plan.stages().link())
				.stream()
				.anyMatch((stage) -> stages.contains(stage.name())))
			.findFirst();
	}

	private Optional<String> problemWith(LinkPlan plan, Map<String, StageDefinition> known,
			Map<String, TypedStage> types) {
		String link = plan.stages().link();
		if (this.inboxes == null || !this.inboxes.settles(plan.provider())) {
			return Optional.of(("messages of a link of the type '%s' can't be settled in the transaction of a handler: "
					+ "let 'type' be 'jdbc', or remove 'transactional'")
				.formatted(plan.provider().type()));
		}
		List<StageDeclaration> stages = this.subscribers.apply(link);
		if (stages.size() > 1) {
			return Optional
				.of(("the stages %s all subscribe to '%s', and a message can be settled by one of them only: "
						+ "let one subscribe to it, or remove 'transactional'")
					.formatted(new TreeSet<>(stages.stream().map(StageDeclaration::name).toList()), link));
		}
		StageDeclaration stage = stages.get(0);
		return problemWith(stage)
			.or(() -> Optional.ofNullable(known.get(stage.name()))
				.flatMap((definition) -> problemWith(plan, definition, known)))
			.or(() -> Optional.ofNullable(types.get(stage.name()))
				.flatMap((typed) -> HandlerStages.reasonAgainstScope(typed.stage()))
				.map((reason) -> "the stage '%s' %s: let it block until it is done".formatted(stage.name(), reason)));
	}

	private Optional<String> problemWith(StageDeclaration stage) {
		if (stage.kind() != StageKind.CONSUMER) {
			return Optional.of(("the stage '%s' is a %s, whose results would be on their way when its messages are "
					+ "settled: let it be a @Consumer, which sends by JdbcLinks.send in its transaction")
				.formatted(stage.name(), stage.kind()));
		}
		List<String> others = stage.producers()
			.stream()
			.filter((producer) -> !this.plans.containsKey(producer)
					|| !isTransactional(Objects.requireNonNull(this.plans.get(producer))))
			.toList();
		return others.isEmpty() ? Optional.empty()
				: Optional.of(("the stage '%s' also subscribes to %s, which is no such link: let it subscribe to links "
						+ "with 'transactional' only")
					.formatted(stage.name(), others));
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
					+ "message can be settled by one of them only: let the dispatcher be 'demand' or 'partition'")
				.formatted(stage.concurrency(), stage.name()));
		}
		return Optional.empty();
	}

	/** A pool that can't serve all of them at once lets them wait for each other. */
	private void checkConnections(LinkInboxes inboxes, Set<String> stages, Map<String, StageDefinition> known) {
		long links = this.plans.values()
			.stream()
			.filter((plan) -> inboxes.settles(plan.provider())
					&& !this.subscribers.apply(plan.stages().link()).isEmpty())
			.count();
		int handlers = stages.stream()
			.map(known::get)
			.filter(Objects::nonNull)
			.mapToInt((stage) -> Objects.requireNonNull(stage).concurrency())
			.sum();
		if (inboxes.connections() > 0 && inboxes.connections() < links + handlers) {
			firstOf(stages).ifPresent((plan) -> report(plan,
					("the pool has %d connections, and %d are needed: one for each of %d links that are read, and one for "
							+ "each instance of %s; let it have more, as by 'spring.datasource.hikari.maximum-pool-size'")
						.formatted(inboxes.connections(), links + handlers, links, stages)));
		}
	}

}
