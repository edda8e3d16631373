package io.genstage.boot;

import java.time.Duration;
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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.GenStageProperties.Link;
import io.genstage.boot.declaration.GenStageProperties.Seen;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.StagePropertyNames;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.handler.TypedStage;
import io.genstage.boot.link.LinkConverter;
import io.genstage.boot.link.LinkInboxes;
import io.genstage.boot.link.SeenEvents;
import io.genstage.boot.link.Links;
import io.genstage.boot.link.RawLinkConverter;
import io.genstage.boot.setting.SettingResolver;
import io.genstage.boot.setting.StageSettings;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.dispatch.Dispatchers;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.RetryOrder;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkProvider;
import io.genstage.link.MemoryLinks;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Cuts a graph where a stage has the name of a link, by a property or by the short form
 * of an annotation: what the stage emits is sent, and those that subscribe to it get what
 * is received. Both are needed only where there is such a stage, or a subscription to it.
 */
final class LinkWiring {

	/** The modules that carry links of a type. */
	private static final Map<String, String> MODULES = Map.of("kafka",
			"add io.genstage:genstage-kafka to the class path, and let there be one ProducerFactory and one "
					+ "ConsumerFactory, as with 'spring.kafka.bootstrap-servers'",
			"jdbc", "add io.genstage:genstage-jdbc to the class path, and let there be one DataSource, as with "
					+ "'spring.datasource.url'");

	/** What properties say of a link that they don't name. */
	private static final Link NOTHING = new Link(null, null, null, null, null, null, null, null, null, null, null,
			Map.of());

	/** What waits longer is worth a warning where no engine keeps it. */
	private static final Duration SHORT_RETRY = Duration.ofMinutes(1);

	private static final Duration LONGEST_RETRY = Duration.ofDays(365);

	private static final int MOST_ATTEMPTS = 1000;

	private final ConfigurableListableBeanFactory beanFactory;

	private final GenStageProperties properties;

	/** All stages, those of links behind the others. */
	private final Map<String, StageDeclaration> declarations;

	private final LinkShortForms shortForms;

	/** By the names of the links. */
	private final Map<String, LinkPlan> plans = new LinkedHashMap<>();

	/** By the names of the links, once the other stages are known. */
	private final Map<String, LinkPlan.Events> events = new LinkedHashMap<>();

	/** What is set for each link alone, by their names. */
	private final Map<String, Link> own = new LinkedHashMap<>();

	/** The names of links that are read, by their types and what they are read from. */
	private final Map<List<String>, String> readers = new HashMap<>();

	private final List<WiringProblem> problems = new ArrayList<>();

	/**
	 * Creates a wiring.
	 * @param beanFactory has the beans that carry links and convert events
	 * @param properties what is set for links
	 * @param declarations the annotated stages by their names, to which those of links
	 * are added later
	 */
	LinkWiring(ConfigurableListableBeanFactory beanFactory, GenStageProperties properties,
			Map<String, StageDeclaration> declarations) {
		this.beanFactory = beanFactory;
		this.properties = properties;
		this.declarations = declarations;
		this.shortForms = new LinkShortForms(declarations, (stage) -> !keysFor(stage, declarations.keySet()).isEmpty());
	}

	/** Returns what is wrong with links, as far as it is known by now. */
	List<WiringProblem> problems() {
		return Stream.of(this.shortForms.problems(), this.problems).flatMap(List::stream).toList();
	}

	/**
	 * Returns what holds for links that can be carried, but may not be what is meant: a
	 * retry that is so late that it should outlast this application, and doesn't.
	 * @param definitions all stages
	 */
	List<String> warnings(List<StageDefinition> definitions) {
		return Stream.concat(unkeptDeliveries(), unkeptRetries(definitions)).toList();
	}

	/** A retry of a stage waits in the stage where the engine doesn't keep it. */
	private Stream<String> unkeptRetries(List<StageDefinition> definitions) {
		Map<String, FailurePolicy> policies = new LinkedHashMap<>();
		definitions.stream()
			.filter((stage) -> stage.options().failure() != null)
			.forEach((stage) -> policies.put(stage.name(), Objects.requireNonNull(stage.options().failure())));
		return this.plans.values()
			.stream()
			.filter((plan) -> !plan.provider().keepsRetries())
			.flatMap((plan) -> subscribers(plan.stages().link()).map(StageDeclaration::name)
				.filter(policies::containsKey)
				.flatMap((stage) -> unkeptRetry(plan, stage, Objects.requireNonNull(policies.get(stage))).stream()));
	}

	private static Optional<String> unkeptRetry(LinkPlan plan, String stage, FailurePolicy policy) {
		Duration longest = OrderedRetries.longestWait(policy);
		return (longest.compareTo(policy.hold()) <= 0) ? Optional.empty() : Optional
			.of(("What fails in the stage '%s' waits for up to %s for its next attempt, longer than its "
					+ "failure.hold of %s, but links of the type '%s' don't keep that: events of the link '%s' wait in "
					+ "the stage, and their attempts are forgotten when this application ends. Let the link be of the "
					+ "type 'jdbc', or let failure.hold be longer")
				.formatted(stage, Setting.print(longest), Setting.print(policy.hold()), plan.provider().type(),
						plan.stages().link()));
	}

	/** Returns whether a stage is a receiving end whose engine keeps retries. */
	boolean keepsRetries(String stage) {
		return this.plans.values()
			.stream()
			.anyMatch((plan) -> plan.provider().keepsRetries() && plan.stages().receiver().equals(stage));
	}

	private Stream<String> unkeptDeliveries() {
		return this.plans.values()
			.stream()
			.filter((plan) -> isRead(plan.stages().link()))
			.filter((plan) -> !plan.provider().keepsRetries() && plan.options().retryAfter().compareTo(SHORT_RETRY) > 0)
			.map((plan) -> ("What fails behind the link '%s' waits for %s by its retry-after, but links of the type '%s' "
					+ "don't keep that: its time and its attempts are forgotten when this application ends, and it may "
					+ "hold up what comes behind it. Let it wait up to %s, or let the link be of the type 'jdbc'")
				.formatted(plan.stages().link(), Setting.print(plan.options().retryAfter()), plan.provider().type(),
						Setting.print(SHORT_RETRY)));
	}

	/**
	 * Returns the names that properties of stages may have for links, also where the
	 * application has only one of the ends.
	 */
	Set<String> names() {
		Set<String> names = new LinkedHashSet<>();
		this.plans.values().forEach((plan) -> {
			names.add(plan.stages().link());
			names.addAll(plan.stages().names());
		});
		return names;
	}

	/**
	 * Adds the links to what is wrong with a subscription to something that isn't there.
	 * @param problem what is wrong with a stage
	 */
	String withLinks(String problem) {
		return (problem.contains(" which doesn't exist: ") && !this.plans.isEmpty())
				? "%s; what links carry are the events of %s".formatted(problem, new TreeSet<>(this.plans.keySet()))
				: problem;
	}

	/**
	 * Finds the links. Those that subscribe to a destination of others subscribe to its
	 * name from then on.
	 * @return the stages that they need
	 */
	List<StageDeclaration> declare() {
		this.shortForms.read();
		Set<String> names = new LinkedHashSet<>(this.declarations.keySet());
		this.declarations.values().forEach((stage) -> names.addAll(stage.producers()));
		Set<String> unused = new LinkedHashSet<>(this.properties.links().keySet());
		List<StageDeclaration> needed = new ArrayList<>();
		for (String name : names) {
			List<String> keys = keysFor(name, names);
			if (!keys.isEmpty() || this.shortForms.names().contains(name)) {
				unused.removeAll(keys);
				needed.addAll(plan(name, keys));
			}
		}
		unused.forEach((key) -> checkUnused(key, names));
		return needed;
	}

	private List<String> keysFor(String name, Set<String> names) {
		return StagePropertyNames.keysFor(name, names, this.properties.links().keySet());
	}

	private void checkUnused(String key, Set<String> names) {
		if (!isOptional(key)) {
			report(key,
					"there is neither a stage '%s' nor one that subscribes to it: %s; if there is in some profile only, "
						.formatted(key, Suggestion.instead(key, names)) + "add it to genstage.optional-stages");
		}
	}

	private boolean isOptional(String key) {
		return this.properties.optionalStages()
			.stream()
			.anyMatch((optional) -> optional.equals("*") || StagePropertyNames.isForm(key, optional));
	}

	private List<StageDeclaration> plan(String name, List<String> keys) {
		Link own = keys.stream()
			.map((key) -> Objects.requireNonNull(this.properties.links().get(key)))
			.reduce(Link::orElse)
			.orElse(NOTHING);
		this.own.put(name, own);
		Link settings = own.orElse(this.shortForms.link(name).orElse(NOTHING)).orElse(this.properties.linksDefaults());
		StageDeclaration stage = this.declarations.get(name);
		if (stage != null && !stage.kind().produces()) {
			report(name, "'%s' is a consumer, which emits nothing that a link could carry: the %s".formatted(name,
					stage.place()));
			return List.of();
		}
		checkRanges(name, settings);
		LinkStages stages = new LinkStages(name);
		LinkProvider provider = provider(name, settings);
		LinkDefinition definition = definition(name, settings);
		boolean isRead = isRead(name);
		if (provider.type().equals(settings.type())) {
			boolean isKnown = check(definition, provider::check,
					(problem) -> report(name, "properties", Link::properties, problem));
			if (isRead) {
				boolean unused = check(definition, provider::checkReading, (problem) -> report(name, problem));
			}
			if (isRead && isKnown) {
				checkSource(provider, definition);
			}
		}
		this.plans.put(name, new LinkPlan(stages, settings, provider, definition, options(settings), links()));
		List<StageDeclaration> needed = new ArrayList<>();
		if (stage == null) {
			needed.add(stages.elsewhere());
		}
		else {
			needed.add(stages.sending());
		}
		if (isRead) {
			needed.addAll(stages.receiving());
		}
		return needed;
	}

	/**
	 * Two receiving ends that take from the same would have its messages between them.
	 */
	private void checkSource(LinkProvider provider, LinkDefinition link) {
		String source = provider.sourceOf(link);
		String other = this.readers.putIfAbsent(List.of(provider.type(), source), link.name());
		if (other != null) {
			report(link.name(),
					("is read from %s, as the link '%s' is, so that each message would come to one of the "
							+ "two: let stages subscribe to the same link, or let each have its own")
						.formatted(source, other));
		}
	}

	private boolean isRead(String link) {
		return subscribers(link).findAny().isPresent();
	}

	private Stream<StageDeclaration> subscribers(String name) {
		return this.declarations.values()
			.stream()
			.filter((stage) -> stage.link() == null && stage.producers().contains(name));
	}

	private static LinkDefinition definition(String name, Link settings) {
		LinkDefinition link = LinkDefinition.of(name).withSettings(settings.properties());
		return StringUtils.hasText(settings.destination()) ? link.withDestination(settings.destination()) : link;
	}

	/**
	 * What a provider says of its settings is its own.
	 * @return whether nothing is wrong
	 */
	private static boolean check(LinkDefinition definition, Consumer<LinkDefinition> check, Consumer<String> report) {
		try {
			check.accept(definition);
			return true;
		}
		catch (IllegalArgumentException ex) {
			report.accept(Objects.toString(ex.getMessage(), ex.toString()));
			return false;
		}
	}

	private void checkRanges(String name, Link settings) {
		Optional.ofNullable(settings.maxAttempts())
			.flatMap((said) -> Setting.Range.problemOf(said, 1, MOST_ATTEMPTS, ""))
			.ifPresent((problem) -> report(name, "max-attempts", Link::maxAttempts, problem));
		Optional.ofNullable(settings.retryAfter())
			.flatMap((said) -> Setting.Range.problemOf(said, Duration.ZERO, LONGEST_RETRY, ""))
			.ifPresent((problem) -> report(name, "retry-after", Link::retryAfter, problem));
		Optional.ofNullable(settings.maxUnsettled())
			.flatMap((said) -> SettingTable.MAX_UNSETTLED.range().problemOf(said, null))
			.ifPresent((problem) -> report(name, "max-unsettled", Link::maxUnsettled, problem));
		Optional.ofNullable(settings.seen())
			.map(Seen::keepFor)
			.flatMap(SeenScopes::problemWith)
			.ifPresent((problem) -> report(name + ".seen.keep-for", problem));
	}

	/** Returns the options, or the defaults where something is wrong. */
	private static LinkOptions options(Link settings) {
		LinkOptions options = LinkOptions.defaults();
		try {
			options = (settings.maxAttempts() != null) ? options.withMaxAttempts(settings.maxAttempts()) : options;
			return (settings.retryAfter() != null) ? options.withRetryAfter(settings.retryAfter()) : options;
		}
		catch (IllegalArgumentException ex) {
			return options;
		}
	}

	/** Finds who carries a link; if nobody does that is a problem. */
	private LinkProvider provider(String name, Link settings) {
		String type = StringUtils.hasText(settings.type()) ? settings.type() : "";
		List<LinkProvider> found = links().providers(type);
		if (found.size() == 1) {
			return found.get(0);
		}
		if (this.shortForms.isRefused(name)) {
			// That is reported already.
			return new MemoryLinks();
		}
		if (type.isEmpty()) {
			report(name + ".type",
					"must be set, here or by 'genstage.links-defaults.type': there are %s".formatted(links().types()));
		}
		else if (found.isEmpty()) {
			reportType(name, type, "there is no provider of such links: %s".formatted(MODULES.getOrDefault(type,
					Suggestion.instead(type, links().types()) + "; other types are those of LinkProvider beans")));
		}
		else {
			reportType(name, type, "several LinkProvider beans carry such links: let there be one of %s"
				.formatted(found.stream().map((provider) -> provider.getClass().getName()).toList()));
		}
		return new MemoryLinks();
	}

	private Links links() {
		return this.beanFactory.getBeanProvider(Links.class).getIfAvailable(() -> new Links(List.of()));
	}

	/** What an annotation says is reported there, unless a property has said it. */
	private void reportType(String link, String type, String problem) {
		if (Objects.requireNonNull(this.own.get(link)).type() == null && this.shortForms.link(link).isPresent()) {
			this.problems.add(this.shortForms.problem(link, problem));
		}
		else {
			report(link, "type", Link::type, "is '%s', but %s".formatted(type, problem));
		}
	}

	private void report(String link, String problem) {
		this.problems.add(WiringProblem.ofProperty("genstage.links." + link, problem));
	}

	/** What was set for all links is reported where it was set. */
	private void report(String link, String property, Function<Link, @Nullable Object> value, String problem) {
		boolean isOwn = value.apply(Objects.requireNonNull(this.own.get(link))) != null;
		this.problems.add(WiringProblem
			.ofProperty((isOwn ? "genstage.links." + link : "genstage.links-defaults") + "." + property, problem));
	}

	/**
	 * Finds out what events the links have, and takes it for those of stages elsewhere.
	 * @param resolver knows what settings name for events
	 * @param types what is known of the stages, by name
	 */
	void resolve(SettingResolver resolver, Map<String, TypedStage> types) {
		this.plans.forEach((name, plan) -> this.events.put(name, events(plan, resolver, types)));
	}

	private LinkPlan.Events events(LinkPlan plan, SettingResolver resolver, Map<String, TypedStage> types) {
		String name = plan.stages().link();
		TypedStage stage = types.get(name);
		ResolvableType emitted = (stage != null) ? EventTypes.resolved(stage.emits()) : ResolvableType.NONE;
		ResolvableType read = read(plan, emitted, types);
		String key = plan.settings().key();
		if (stage != null && key != null) {
			resolver.linkKeyProblem(name, key, emitted).ifPresent((problem) -> report(name, "key", Link::key, problem));
		}
		if (stage == null) {
			types.put(name, new TypedStage((ProducerStage<Object>) (demand) -> List.of(), ResolvableType.NONE, read));
		}
		return new LinkPlan.Events(emitted, read, converter(plan, EventTypes.isKnown(emitted) ? emitted : read, read),
				(stage != null) ? resolver.linkKey(name, key).orElse(null) : null);
	}

	/**
	 * Finds out what events are read as: what the stage emits if all that subscribe to it
	 * take that or a part of it, or else what is the most general of what they take.
	 */
	private ResolvableType read(LinkPlan plan, ResolvableType emitted, Map<String, TypedStage> types) {
		String name = plan.stages().link();
		if (plan.settings().eventType() != null) {
			return said(name, plan.settings().eventType());
		}
		List<ResolvableType> taken = subscribers(name)
			.map((stage) -> Objects.requireNonNull(types.get(stage.name())).takes())
			.map((type) -> EventTypes.isMessage(type) ? type.getGeneric() : type)
			.filter(EventTypes::isKnown)
			.map(EventTypes::boxed)
			.map(EventTypes::resolved)
			.toList();
		Predicate<ResolvableType> isOfAll = (type) -> taken.stream().allMatch(type::isAssignableFrom);
		if (EventTypes.isKnown(emitted) && isOfAll.test(EventTypes.boxed(emitted))) {
			return EventTypes.boxed(emitted);
		}
		Optional<ResolvableType> general = taken.stream().filter(isOfAll).findFirst();
		if (general.isEmpty() && isRead(name)) {
			report(name, taken.isEmpty()
					? "the type of its events isn't known: let a stage that subscribes to '%s' take it, or set 'event-type'"
						.formatted(name)
					: "its events can't be %s at once: let 'event-type' be what they have in common".formatted(String
						.join(" and ", new TreeSet<>(taken.stream().map(ResolvableType::toString).toList()))));
		}
		return general.orElse(ResolvableType.NONE);
	}

	private ResolvableType said(String link, String className) {
		try {
			return ResolvableType.forClass(ClassUtils.forName(className, this.beanFactory.getBeanClassLoader()));
		}
		catch (ClassNotFoundException | LinkageError ex) {
			report(link, "event-type", Link::eventType,
					"names '%s', which is no class: give the full name of one".formatted(className));
			return ResolvableType.NONE;
		}
	}

	private LinkConverter converter(LinkPlan plan, ResolvableType written, ResolvableType read) {
		String name = plan.stages().link();
		String said = plan.settings().converter();
		if (said == null && (RawLinkConverter.takes(written) || RawLinkConverter.takes(read))) {
			return new RawLinkConverter();
		}
		Optional<LinkConverter> found = (said != null) ? named(name, said) : only(name);
		found.filter((converter) -> EventTypes.isKnown(read))
			.flatMap((converter) -> converter.problemWith(read))
			.ifPresent((problem) -> report(name, "its events are %s, which %s".formatted(read, problem)));
		return found.orElseGet(RawLinkConverter::new);
	}

	private Optional<LinkConverter> named(String link, String name) {
		Set<String> names = Set.of(this.beanFactory.getBeanNamesForType(LinkConverter.class, true, false));
		if (!names.contains(name)) {
			report(link, "converter", Link::converter,
					"names '%s', which is no LinkConverter: %s".formatted(name, Suggestion.instead(name, names)));
			return Optional.empty();
		}
		return Optional.of(this.beanFactory.getBean(name, LinkConverter.class));
	}

	private Optional<LinkConverter> only(String link) {
		Optional<LinkConverter> only = Optional
			.ofNullable(this.beanFactory.getBeanProvider(LinkConverter.class).getIfUnique());
		if (only.isEmpty()) {
			report(link, (this.beanFactory.getBeanNamesForType(LinkConverter.class, true, false).length == 0)
					? "nothing converts its events: define a JsonMapper, as with spring-boot-starter-jackson, "
							+ "or a LinkConverter bean"
					: "several LinkConverter beans could convert its events: name one by 'converter', or mark one of "
							+ "them as primary");
		}
		return only;
	}

	/** Makes the stage of a declaration of a link. */
	LinkSource source(StageDeclaration declaration) {
		String link = Objects.requireNonNull(declaration.link());
		return plan(link).source(declaration, Objects.requireNonNull(this.events.get(link)));
	}

	private LinkPlan plan(String link) {
		return Objects.requireNonNull(this.plans.get(link));
	}

	/**
	 * Defines a stage of a link.
	 * @param declaration which one
	 * @param settings what is in force for it
	 * @param source makes it
	 */
	StageDefinition define(StageDeclaration declaration, StageSettings settings, LinkSource source) {
		LinkPlan plan = plan(Objects.requireNonNull(declaration.link()));
		StageDefinition definition = settings.definition(declaration, source);
		StageOptions options = definition.options();
		Integer maxUnsettled = plan.settings().maxUnsettled();
		if (declaration.name().equals(plan.stages().receiver())) {
			return (maxUnsettled != null && maxUnsettled > 0 && options.maxUnsettled() == null)
					? definition.withOptions(options.withMaxUnsettled(maxUnsettled)) : definition;
		}
		Function<Object, @Nullable Object> key = declaration.name().equals(plan.stages().reader())
				? (message) -> ((LinkMessage) message).key()
				: Objects.requireNonNull(this.events.get(plan.stages().link())).key();
		FailurePolicy policy = options.failure();
		if (key == null || policy == null || settings.values().get(SettingTable.RETRY_ORDER) != null) {
			return definition;
		}
		return definition.withOptions(options.withFailure(policy.withOrder(RetryOrder.byKey(key))));
	}

	/**
	 * Lets the calls of handlers be transactions where links are to be settled by them.
	 * @param definitions all stages, after the graph was cut
	 * @param types what is known of the stages, by name
	 * @return the same stages, some of them with what surrounds their calls
	 */
	List<StageDefinition> surround(List<StageDefinition> definitions, Map<String, TypedStage> types) {
		LinkInboxes inboxes = this.beanFactory.getBeanProvider(LinkInboxes.class).getIfAvailable();
		SeenEvents seen = this.beanFactory.getBeanProvider(SeenEvents.class).getIfAvailable();
		ScopeWiring scopes = new ScopeWiring(this.plans, (link) -> subscribers(link).toList());
		List<StageDefinition> surrounded = scopes
			.surround(List.of(new InboxScopes(inboxes, links()), new SeenScopes(seen, links())), definitions, types);
		this.problems.addAll(scopes.problems());
		return surrounded;
	}

	/**
	 * Returns whether all partitions of a stage need a consumer here: not where others
	 * have the consumers.
	 */
	boolean hasAllConsumers(String stage) {
		return !this.plans.containsKey(stage) || isRead(stage);
	}

	/**
	 * Cuts the graph: whoever subscribes to the stage of a link gets its events from the
	 * receiving end, which hands them out as that stage would.
	 * @param definitions all stages
	 * @param elsewhere what is set for stages that are in other applications, by name
	 * @return the same stages with other edges
	 */
	List<StageDefinition> cut(List<StageDefinition> definitions, Function<String, StageSettings> elsewhere) {
		Map<String, StageOptions> dispatching = new LinkedHashMap<>();
		this.plans.keySet().forEach((link) -> dispatching.put(link, elsewhere.apply(link).options()));
		definitions.stream()
			.filter((stage) -> this.plans.containsKey(stage.name()))
			.forEach((stage) -> dispatching.put(stage.name(), stage.options()));
		return definitions.stream().map((stage) -> cut(stage, dispatching)).toList();
	}

	private StageDefinition cut(StageDefinition stage, Map<String, StageOptions> dispatching) {
		LinkSource source = (stage.stages() instanceof LinkSource ofLink) ? ofLink : null;
		StageOptions options = stage.options();
		if (this.plans.containsKey(stage.name())) {
			options = options.withDispatcher("demand", Dispatchers.demand());
		}
		else if (source != null && stage.name().equals(new LinkStages(source.end().link()).reader())) {
			options = dispatchedLike(Objects.requireNonNull(dispatching.get(source.end().link())), options);
		}
		List<EdgeDefinition> edges = (source != null) ? stage.producers()
				: stage.producers().stream().map(this::cut).toList();
		return new StageDefinition(stage.name(), stage.kind(), stage.stages(), options, edges, stage.autoStartup(),
				stage.concurrency(), stage.restarts());
	}

	private static StageOptions dispatchedLike(StageOptions stage, StageOptions options) {
		StageOptions dispatching = (stage.dispatcher() == null) ? options
				: (stage.dispatcherName() == null) ? options.withDispatcher(stage.dispatcher())
						: options.withDispatcher(stage.dispatcherName(), stage.dispatcher());
		return (stage.unserved() != null) ? dispatching.withUnserved(stage.unserved()) : dispatching;
	}

	private EdgeDefinition cut(EdgeDefinition edge) {
		return this.plans.containsKey(edge.producer())
				? new EdgeDefinition(new LinkStages(edge.producer()).reader(), edge.options()) : edge;
	}

}
