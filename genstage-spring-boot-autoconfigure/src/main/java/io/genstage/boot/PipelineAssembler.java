package io.genstage.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.boot.declaration.Checked;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.StageDeclarationReader;
import io.genstage.boot.declaration.StagePropertyNames;
import io.genstage.boot.declaration.StagePropertyOrigins;
import io.genstage.boot.declaration.StagePropertyProblems;
import io.genstage.boot.declaration.UnknownProperties;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.handler.FailureMethod;
import io.genstage.boot.handler.HandlerStages;
import io.genstage.boot.handler.TypedStage;
import io.genstage.boot.handler.UnusableStageException;
import io.genstage.boot.setting.SettingResolver;
import io.genstage.boot.setting.SettingsInForce;
import io.genstage.boot.setting.StageSettings;
import io.genstage.boot.table.Setting;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.failure.FailureDecider;
import io.genstage.delivery.Acknowledger;
import io.genstage.pipeline.GraphProblem;
import io.genstage.pipeline.InvalidGraphException;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.Suggestion;
import io.genstage.source.CheckpointedProducer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.BoundConfigurationProperties;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Makes the graphs of the annotated beans of an application, or reports all that is wrong
 * with them.
 */
final class PipelineAssembler {

	private static final Log logger = LogFactory.getLog(PipelineAssembler.class);

	/** Names all stages that are absent. */
	private static final String ANY_STAGE = "*";

	private static final Duration LONGEST_DRAIN = Duration.ofDays(365);

	private final ConfigurableListableBeanFactory beanFactory;

	private final GenStageProperties properties;

	private final List<StageDefinitionCustomizer> customizers;

	// A set, since several stages may meet the same fault of the defaults.
	private final Set<WiringProblem> problems = new LinkedHashSet<>();

	private final Map<String, StageDeclaration> declarations = new LinkedHashMap<>();

	private final Map<String, TypedStage> stages = new LinkedHashMap<>();

	private final Map<String, StageSettings> settings = new LinkedHashMap<>();

	private final LinkWiring links;

	private final Map<String, SettingsInForce> inForce = new LinkedHashMap<>();

	PipelineAssembler(ConfigurableListableBeanFactory beanFactory, GenStageProperties properties) {
		this.beanFactory = beanFactory;
		this.properties = properties;
		this.links = new LinkWiring(beanFactory, properties, this.declarations);
		this.customizers = beanFactory.getBeanProvider(StageDefinitionCustomizer.class).orderedStream().toList();
	}

	/**
	 * Makes the graphs of pipelines.
	 * @return a graph for each part of the graph that no edge joins to the others
	 * @throws StageWiringException if anything is wrong
	 */
	List<PipelineGraph> assemble() {
		return StartupPhase.WIRE.during(this.beanFactory.getApplicationStartup(), (step) -> {
			List<PipelineGraph> graphs = wire();
			step.tag("stages", String.valueOf(this.declarations.size()));
			step.tag("pipelines", String.valueOf(graphs.size()));
			return graphs;
		});
	}

	/**
	 * Returns what is in force for each stage and who says so, once the graphs are made.
	 */
	Map<String, SettingsInForce> inForce() {
		return this.inForce;
	}

	private List<PipelineGraph> wire() {
		during(StartupPhase.READ,
				() -> taking(new StageDeclarationReader(this.beanFactory).read()).forEach(this::declare));
		this.links.declare().forEach(this::declare);
		checkProperties();
		SettingResolver resolver = new SettingResolver(this.declarations, this.properties, this.beanFactory);
		during(StartupPhase.RESOLVE, () -> this.settings.putAll(taking(resolver.resolve())));
		List<StageDefinition> uncut = define(resolver);
		UnsettledLimits limits = new UnsettledLimits(
				this.links.cut(uncut, (elsewhere) -> Objects.requireNonNull(this.settings.get(elsewhere))),
				this::asksItself);
		List<StageDefinition> definitions = this.links.surround(limits.definitions(), this.stages);
		for (int stage = 0; stage < uncut.size(); stage++) {
			StageDefinition before = uncut.get(stage);
			StageDefinition given = definitions.get(stage);
			this.inForce.computeIfPresent(given.name(), (name, settings) -> settings.completedBy(before, given));
		}
		checkEventTypes();
		checkProgress();
		this.problems.addAll(resolver.problemsWith(this.stages));
		checkPartitions(uncut);
		this.problems.addAll(this.links.problems());
		List<PipelineGraph> graphs = graphs(definitions);
		checkExit(graphs);
		checkFeeders();
		if (!this.problems.isEmpty()) {
			throw new StageWiringException(located(this.problems));
		}
		reportUnkeptLetters(graphs);
		located(resolver.deprecations()).forEach((deprecation) -> logger.warn(deprecation));
		limits.warnings().forEach((warning) -> logger.warn(warning));
		this.links.warnings(definitions).forEach((warning) -> logger.warn(warning));
		OrderedRetries
			.warnings(graphs.stream().flatMap((graph) -> graph.stages().stream()).toList(), this::keepsRetries)
			.forEach((warning) -> logger.warn(warning));
		return graphs;
	}

	private boolean keepsRetries(String stage) {
		TypedStage typed = this.stages.get(stage);
		return this.links.keepsRetries(stage)
				|| (typed != null && typed.stage() instanceof Acknowledger<?> source && source.keepsRetries());
	}

	private void during(StartupPhase phase, Runnable work) {
		phase.during(this.beanFactory.getApplicationStartup(), (step) -> {
			work.run();
			return step.tag("stages", String.valueOf(this.declarations.size()));
		});
	}

	private void reportUnkeptLetters(List<PipelineGraph> graphs) {
		List<String> unkept = UnkeptLetters.of(graphs.stream().flatMap((graph) -> graph.stages().stream()).toList(),
				this.stages);
		if (!unkept.isEmpty()) {
			logger.info(("Stages %s keep dead letters in memory only: an event whose source waits for its settlement "
					+ "(EventQueue.deliver, Delivery) doesn't become one, but fails for its source. "
					+ "A durable DeadLetterStore bean changes that")
				.formatted(unkept));
		}
	}

	/** Returns a value, and keeps what is wrong with it. */
	private <T> T taking(Checked<T> checked) {
		this.problems.addAll(checked.problems());
		return checked.value();
	}

	private void declare(StageDeclaration declaration) {
		StageDeclaration other = this.declarations.putIfAbsent(declaration.name(), declaration);
		if (other != null && declaration.sharesPlaceWith(other)) {
			this.problems.add(new WiringProblem(declaration.place(),
					"it is a %s as well: choose one annotation".formatted(other.kind())));
		}
		else if (other != null && declaration.link() != null) {
			this.problems.add(new WiringProblem(other.place(),
					"its name '%s' is that of a stage of the link '%s': give it another name"
						.formatted(declaration.name(), declaration.link())));
		}
		else if (other != null) {
			this.problems.add(new WiringProblem(declaration.place(),
					"its name '%s' is taken by the %s: give one of them another name".formatted(declaration.name(),
							other.place())));
		}
	}

	private void checkProperties() {
		this.beanFactory.getBeanProvider(StagePropertyProblems.class)
			.ifAvailable((unreadable) -> this.problems.addAll(unreadable.found()));
		this.beanFactory.getBeanProvider(Environment.class)
			.ifAvailable(
					(environment) -> this.problems.addAll(UnknownProperties.problems(environment, this.beanFactory)));
		checkStageNames();
		Duration drainTimeout = this.properties.lifecycle().drainTimeout();
		if (drainTimeout.isNegative() || drainTimeout.compareTo(LONGEST_DRAIN) > 0) {
			this.problems
				.add(WiringProblem.ofProperty("genstage.lifecycle.drain-timeout", "must be from 0s to %s, but is %s"
					.formatted(Setting.print(LONGEST_DRAIN), Setting.print(drainTimeout))));
		}
		this.properties.deadLetters().problems().forEach(this.problems::add);
		checkStore();
		this.properties.accounts().problem().ifPresent(this.problems::add);
		this.properties.health().problems().forEach(this.problems::add);
		this.properties.progress().problems().forEach(this.problems::add);
		long maxDiscarded = this.properties.lifecycle().maxDiscarded();
		if (maxDiscarded < 0) {
			this.problems.add(WiringProblem.ofProperty("genstage.lifecycle.max-discarded",
					"must be 0 or more, but is %d".formatted(maxDiscarded)));
		}
	}

	private void checkStore() {
		if (this.properties.deadLetters().store() == GenStageProperties.LetterStore.JDBC
				&& this.beanFactory.getBeanNamesForType(DeadLetterStore.class, true, false).length == 0) {
			this.problems.add(WiringProblem.ofProperty("genstage.dead-letters.store",
					"is 'jdbc', but nothing keeps dead letters in a database: add io.genstage:genstage-jdbc to the "
							+ "class path, and let there be one DataSource, as with 'spring.datasource.url'"));
		}
	}

	private void checkExit(List<PipelineGraph> graphs) {
		String name = this.properties.lifecycle().exitOnCompletion();
		Set<String> known = new LinkedHashSet<>(this.declarations.keySet());
		graphs.forEach((graph) -> known.add(graph.name()));
		if (StringUtils.hasText(name) && !known.contains(name)) {
			this.problems.add(WiringProblem.ofProperty("genstage.lifecycle.exit-on-completion",
					"there is no pipeline or stage '%s': %s".formatted(name, Suggestion.instead(name, known))));
		}
	}

	private void checkFeeders() {
		this.properties.lifecycle().fedBy().forEach((queue, stages) -> {
			Set<String> named = new LinkedHashSet<>(stages);
			named.add(queue);
			named.removeAll(this.declarations.keySet());
			named.forEach((name) -> this.problems
				.add(WiringProblem.ofProperty("genstage.lifecycle.fed-by." + queue, "there is no stage '%s': %s"
					.formatted(name, Suggestion.instead(name, this.declarations.keySet())))));
		});
	}

	private void checkStageNames() {
		for (String key : this.properties.stages().keySet()) {
			boolean used = isKeyOfAny(this.declarations.keySet(), key) || isKeyOfAny(this.links.names(), key);
			if (!used && !isOptional(key)) {
				this.problems.add(WiringProblem.ofProperty("genstage.stages." + key,
						("there is no stage '%s': %s; if it is there in some profile only, "
								+ "add it to genstage.optional-stages")
							.formatted(key, Suggestion.instead(key, this.declarations.keySet()))));
			}
		}
	}

	private boolean isOptional(String key) {
		Set<String> optional = this.properties.optionalStages();
		return optional.contains(ANY_STAGE) || isKeyOfAny(optional, key);
	}

	private static boolean isKeyOfAny(Set<String> stages, String key) {
		return stages.stream().anyMatch((stage) -> StagePropertyNames.isForm(key, stage));
	}

	/**
	 * Defines all stages, those of links last, since their events are those of others.
	 */
	private List<StageDefinition> define(SettingResolver resolver) {
		List<StageDefinition> definitions = new ArrayList<>();
		this.declarations.values()
			.stream()
			.filter((declaration) -> declaration.link() == null)
			.map(this::define)
			.forEach(definitions::add);
		this.links.resolve(resolver, this.stages);
		this.declarations.values()
			.stream()
			.filter((declaration) -> declaration.link() != null && !declaration.isElsewhere())
			.map(this::defineOfLink)
			.forEach(definitions::add);
		return definitions;
	}

	private StageDefinition defineOfLink(StageDeclaration declaration) {
		LinkSource source = this.links.source(declaration);
		this.stages.put(declaration.name(), source.typed());
		StageSettings settings = settings(declaration);
		return customize(this.links.define(declaration, settings, source), settings.inForce().withoutPolling());
	}

	private StageDefinition define(StageDeclaration declaration) {
		StageSettings settings = settings(declaration);
		StageSource source = new StageSource(this.beanFactory, declaration, settings);
		TypedStage first = firstStage(declaration, source);
		this.stages.put(declaration.name(), first);
		if (HandlerStages.reportHandled(first.stage())) {
			Optional.ofNullable(settings.withoutFailure()).ifPresent(this.problems::add);
			settings = settings.failing();
		}
		settings = decider(declaration, first.takes()).map(settings::decidedBy).orElse(settings);
		source.refusalOf(settings.concurrency())
			.ifPresent((refusal) -> this.problems.add(new WiringProblem(declaration.place(), refusal)));
		return customize(settings.definition(declaration, source),
				first.polled() ? settings.inForce() : settings.inForce().withoutPolling());
	}

	private boolean asksItself(String stage) {
		TypedStage first = this.stages.get(stage);
		return first != null && HandlerStages.askItself(first.stage());
	}

	/** Finds the method that decides about the failed events of a stage. */
	private Optional<FailureDecider> decider(StageDeclaration declaration, ResolvableType events) {
		if (!declaration.kind().consumes()) {
			return Optional.empty();
		}
		List<String> ofBean = this.declarations.values()
			.stream()
			.filter((other) -> other.beanName().equals(declaration.beanName()))
			.map(StageDeclaration::name)
			.toList();
		FailureMethod.nameProblem(declaration.beanClass(), ofBean)
			.ifPresent((problem) -> this.problems.add(new WiringProblem(declaration.place(), problem)));
		try {
			return FailureMethod.of(declaration.name(), events, declaration.beanClass(),
					() -> this.beanFactory.getBean(declaration.beanName()));
		}
		catch (UnusableStageException ex) {
			this.problems.add(new WiringProblem(declaration.place(), String.valueOf(ex.getMessage())));
			return Optional.empty();
		}
	}

	private StageDefinition customize(StageDefinition definition, SettingsInForce settings) {
		StageDefinition customized = definition;
		SettingsInForce inForce = settings;
		for (StageDefinitionCustomizer customizer : this.customizers) {
			StageDefinition before = customized;
			customized = Objects.requireNonNull(customizer.customize(before),
					() -> "%s returned no definition of stage '%s'".formatted(customizer.getClass().getName(),
							definition.name()));
			inForce = inForce.customizedBy(customizer.getClass(), before, customized);
		}
		this.inForce.put(definition.name(), inForce);
		if (!customized.name().equals(definition.name()) || customized.kind() != definition.kind()) {
			throw new IllegalStateException("a StageDefinitionCustomizer made the %s '%s' of the %s '%s'"
				.formatted(customized.kind(), customized.name(), definition.kind(), definition.name()));
		}
		return customized;
	}

	private StageSettings settings(StageDeclaration declaration) {
		return Objects.requireNonNull(this.settings.get(declaration.name()));
	}

	private void checkPartitions(List<StageDefinition> definitions) {
		this.declarations.values()
			.stream()
			.filter((producer) -> this.links.hasAllConsumers(producer.name()))
			.forEach((producer) -> Optional.ofNullable(settings(producer).partitions())
				.flatMap((partitions) -> PartitionCoverage.problem(producer, partitions, definitions))
				.ifPresent(this.problems::add));
	}

	private TypedStage firstStage(StageDeclaration declaration, StageSource source) {
		try {
			TypedStage first = source.prepare();
			if (settings(declaration).options().batching() != null) {
				HandlerStages.checkTakesBatches(first.stage());
			}
			return first;
		}
		catch (UnusableStageException ex) {
			this.problems.add(new WiringProblem(declaration.place(), String.valueOf(ex.getMessage())));
			return new TypedStage(standIn(declaration.kind()), ResolvableType.NONE, ResolvableType.NONE, true);
		}
	}

	private void checkEventTypes() {
		this.declarations.values()
			.forEach((consumer) -> consumer.producers().forEach((producer) -> checkEventTypes(consumer, producer)));
	}

	/** Compares what a stage takes with what a producer of it emits, if there is one. */
	private void checkEventTypes(StageDeclaration consumer, String producerName) {
		StageDeclaration producer = this.declarations.get(producerName);
		TypedStage sending = this.stages.get(producerName);
		TypedStage receiving = this.stages.get(consumer.name());
		if (producer != null && sending != null && receiving != null
				&& !EventTypes.canMeet(sending.emits(), receiving.takes())) {
			this.problems.add(new WiringProblem(consumer.place(),
					"stage '%s' takes %s, but '%s', which it subscribes to, emits %s: the %s".formatted(consumer.name(),
							receiving.takes(), producerName, sending.emits(), producer.place())));
		}
	}

	/** Two sources with one position would each go on from where the other one was. */
	private void checkProgress() {
		Map<String, CheckpointedProducer<?, ?>> sources = new LinkedHashMap<>();
		this.stages.forEach((name, typed) -> {
			if (typed.stage() instanceof CheckpointedProducer<?, ?> source) {
				sources.forEach((otherName, other) -> {
					if (source.sharesProgressWith(other)) {
						this.problems.add(new WiringProblem(declaration(name).place(),
								("it saves its progress by the same name as stage '%s', in the same store: "
										+ "give each source a name of its own, and each stage a source")
									.formatted(otherName)));
					}
				});
				sources.put(name, source);
			}
		});
	}

	private StageDeclaration declaration(String stage) {
		return Objects.requireNonNull(this.declarations.get(stage));
	}

	/**
	 * Takes the place of an unusable stage, so that the graph is checked as it is meant.
	 */
	private static Stage standIn(StageKind kind) {
		return switch (kind) {
			case PRODUCER -> (ProducerStage<Object>) (demand) -> List.of();
			case PRODUCER_CONSUMER -> (ProducerConsumerStage<Object, Object>) (events, from) -> List.of();
			case CONSUMER -> (ConsumerStage<Object>) (events, from) -> {
			};
		};
	}

	private List<PipelineGraph> graphs(List<StageDefinition> definitions) {
		try {
			return PipelineGraph.of(definitions).components();
		}
		catch (InvalidGraphException ex) {
			ex.problems().stream().map(this::problem).forEach(this.problems::add);
			return List.of();
		}
	}

	/** Adds where properties are written, if anything knows it. */
	private List<WiringProblem> located(Collection<WiringProblem> problems) {
		return this.beanFactory.getBeanProvider(BoundConfigurationProperties.class)
			.stream()
			.findFirst()
			.map(StagePropertyOrigins::new)
			.map((origins) -> problems.stream().map(origins::locate).toList())
			.orElseGet(() -> List.copyOf(problems));
	}

	private WiringProblem problem(GraphProblem problem) {
		StageDeclaration declaration = this.declarations.get(problem.stage());
		return new WiringProblem((declaration != null) ? declaration.place() : "stage",
				this.links.withLinks(problem.toString()));
	}

}
