package io.genstage.boot;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.Discard;
import io.genstage.StageListener;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.boot.actuate.GenStageMetrics;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.context.metrics.buffering.StartupTimeline.TimelineEvent;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.metrics.StartupStep;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/signals.md} has everything that pipelines report, and nothing else; so has
 * the dashboard.
 */
class DocumentedSignalsTests {

	private static final Path DOCUMENT = Path.of("../docs/signals.md");

	private static final Path DASHBOARD = Path.of("../docs/grafana/genstage.json");

	private static final Path SOURCE = Path.of("src/test/java/io/genstage/boot/DocumentedSignalsTests.java");

	private static final Pattern METRIC = Pattern.compile("(genstage_\\w+)\\{([^}]*)\\}");

	private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");

	private final BufferingApplicationStartup startup = new BufferingApplicationStartup(1000);

	private final ApplicationContextRunner runner = TestContexts.runner()
		.withInitializer((context) -> context.setApplicationStartup(this.startup))
		.withUserConfiguration(Stages.class);

	/** With a stage whose events travel, so that it has the meters of links, too. */
	private final ApplicationContextRunner linked = this.runner
		.withConfiguration(AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("genstage.links.numbers.type=memory");

	/** Returns the cells of the rows of a table, without the marks of code. */
	private static List<List<String>> table(String heading) throws IOException {
		List<List<String>> rows = Files.readString(DOCUMENT)
			.lines()
			.dropWhile((line) -> !line.equals("## " + heading))
			.skip(1)
			.takeWhile((line) -> !line.startsWith("## "))
			.filter((line) -> line.startsWith("|"))
			.skip(2)
			.map((line) -> Stream.of(line.split(" ?\\| ?")).skip(1).toList())
			.toList();
		assertThat(rows).as(heading).isNotEmpty().allSatisfy((row) -> {
			assertThat(row).hasSize(3).doesNotContain("");
			assertThat(row.get(0)).startsWith("`").endsWith("`");
		});
		return rows;
	}

	private static String code(String cell) {
		return cell.substring(1, cell.length() - 1);
	}

	private static List<String> names(String heading) throws IOException {
		return table(heading).stream().map((row) -> code(row.get(0))).toList();
	}

	private static String[] callbacks(Class<?> listener) {
		return Stream.of(listener.getDeclaredMethods())
			.filter(Method::isDefault)
			.map(Method::getName)
			.toArray(String[]::new);
	}

	@Test
	void areAllCallbacks() throws IOException {
		assertThat(names("Callbacks of a `StageListener`")).containsExactlyInAnyOrder(callbacks(StageListener.class));
		assertThat(names("Callbacks of a `PipelineListener`"))
			.containsExactlyInAnyOrder(callbacks(PipelineListener.class));
	}

	@Test
	void areAllFlightEventsWithTheirFields() throws IOException {
		Map<String, Set<String>> documented = new TreeMap<>();
		for (List<String> row : table("Events of the flight recorder")) {
			documented.put(code(row.get(0)), keys(code(row.get(2)), " = "));
		}
		assertThat(documented).isEqualTo(flightEvents());
	}

	private static Map<String, Set<String>> flightEvents() {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AnnotationTypeFilter(Name.class));
		Map<String, Set<String>> events = new TreeMap<>();
		for (BeanDefinition definition : scanner.findCandidateComponents("io.genstage")) {
			Class<?> type = ClassUtils.resolveClassName(String.valueOf(definition.getBeanClassName()), null);
			EventType event = EventType.getEventType(type.asSubclass(Event.class));
			events.put(event.getName(), fields(event, type.isAnnotationPresent(Threshold.class)));
		}
		return events;
	}

	/** Only what has a threshold has a duration that says something. */
	private static Set<String> fields(EventType event, boolean lasts) {
		return event.getFields()
			.stream()
			.map(ValueDescriptor::getName)
			.filter((field) -> !Set.of("startTime", "eventThread", "stackTrace").contains(field))
			.filter((field) -> lasts || !field.equals("duration"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Set<String> keys(String pairs, String between) {
		return Stream.of(pairs.split(", ?"))
			.map((pair) -> pair.split(between, 2)[0])
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@Test
	void areAllMetersAsPrometheusSeesThem() {
		this.linked.run((context) -> {
			PrometheusMeterRegistry registry = meters(context);
			Map<String, String> types = new TreeMap<>();
			registry.getMeters()
				.forEach((meter) -> types.put(meter.getId().getName(),
						meter.getId().getType().name().toLowerCase(Locale.ROOT)));
			Map<String, String> documented = new TreeMap<>();
			Map<String, Set<Set<String>>> scraped = scraped(registry);
			for (List<String> row : table("Meters")) {
				documented.put(code(row.get(0)), row.get(1));
				MatchResult example = METRIC.matcher(row.get(2)).results().findFirst().orElseThrow();
				assertThat(example.group(1)).startsWith(code(row.get(0)).replace('.', '_'));
				assertThat(scraped).containsKey(example.group(1));
				assertThat(scraped.get(example.group(1))).containsExactly(keys(example.group(2), "="));
			}
			assertThat(documented).isEqualTo(types);
		});
	}

	private static PrometheusMeterRegistry meters(ApplicationContext context) {
		TestContexts.awaitState(context, PipelineState.RUNNING);
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		new GenStageMetrics(TestContexts.registry(context), context.getBean(DeadLetterDesk.class)).bindTo(registry);
		return registry;
	}

	/** Returns the names of what is scraped, each with the labels that it comes with. */
	private static Map<String, Set<Set<String>>> scraped(PrometheusMeterRegistry registry) {
		return METRIC.matcher(registry.scrape())
			.results()
			.collect(Collectors.groupingBy((line) -> line.group(1),
					Collectors.mapping((line) -> keys(line.group(2), "="), Collectors.toSet())));
	}

	@Test
	void areAllStepsOfStartupWithTheirTags() {
		this.runner.run((context) -> {
			Map<String, Set<String>> steps = new TreeMap<>();
			this.startup.getBufferedTimeline()
				.getEvents()
				.stream()
				.map(TimelineEvent::getStartupStep)
				.filter((step) -> step.getName().startsWith("genstage."))
				.forEach((step) -> steps.put(step.getName(), tags(step)));
			Map<String, Set<String>> documented = new TreeMap<>();
			for (List<String> row : table("Steps of startup")) {
				documented.put(code(row.get(0)), keys(code(row.get(2)), " = "));
			}
			assertThat(documented).isEqualTo(steps);
			assertThat(documented.keySet()).containsExactlyInAnyOrder(
					Stream.of(StartupPhase.values()).map(StartupPhase::step).toArray(String[]::new));
		});
	}

	private static Set<String> tags(StartupStep step) {
		Set<String> tags = new TreeSet<>();
		step.getTags().forEach((tag) -> tags.add(tag.getKey()));
		return tags;
	}

	@Test
	void haveAnExampleThatIsTested() throws IOException {
		Pattern tagged = Pattern.compile("// tag::listener\\[\\]\n(.*?)\\s*// end::", Pattern.DOTALL);
		Pattern shown = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
		assertThat(only(shown, DOCUMENT)).isEqualTo(only(tagged, SOURCE).stripIndent().strip() + "\n");
		this.runner.withUserConfiguration(Alarmed.class).run((context) -> {
			StageRef store = context.getBean(StageSystem.class).find("store").orElseThrow();
			context.getBean(StageListener.class).onDiscard(store, new Discard(List.of(1), 1, "planted", null, null));
			assertThat(context.getBean(Alarms.class).raised).containsExactly("store has lost 1 events: planted");
		});
	}

	private static String only(Pattern pattern, Path file) throws IOException {
		return pattern.matcher(Files.readString(file))
			.results()
			.map((found) -> found.group(1))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void areWhatTheDashboardAsksFor() {
		this.linked.run((context) -> {
			Map<String, Set<Set<String>>> scraped = scraped(meters(context));
			List<String> queries = queries();
			assertThat(queries).hasSizeGreaterThan(15).allSatisfy((query) -> {
				Set<String> known = new TreeSet<>();
				assertThat(METRIC.matcher(query).results().toList()).isNotEmpty().allSatisfy((asked) -> {
					assertThat(scraped).containsKey(asked.group(1));
					Set<String> labels = scraped.get(asked.group(1)).iterator().next();
					known.addAll(labels);
					assertThat(labels).containsAll(keys(asked.group(2).replaceAll("\"[^\"]*\"", ""), "[=~]+"));
				});
				GROUPING.matcher(query)
					.results()
					.forEach((by) -> assertThat(known).as(query).containsAll(List.of(by.group(1).split(", "))));
			});
			String all = String.join("\n", queries);
			assertThat(scraped.keySet()).allSatisfy((metric) -> assertThat(all).contains(metric + "{"));
		});
	}

	private static JsonNode dashboard() throws IOException {
		return JsonMapper.shared().readTree(Files.readString(DASHBOARD));
	}

	private static List<String> queries() throws IOException {
		List<String> queries = new ArrayList<>();
		dashboard().path("panels")
			.forEach((panel) -> panel.path("targets").forEach((target) -> queries.add(target.path("expr").asString())));
		return queries;
	}

	@Test
	void areInADashboardWhosePanelsAreExplainedAndApart() throws IOException {
		List<JsonNode> panels = new ArrayList<>();
		dashboard().path("panels").forEach(panels::add);
		assertThat(panels).hasSizeGreaterThan(10).allSatisfy((panel) -> {
			assertThat(panel.path("title").asString()).isNotBlank();
			assertThat(panel.path("description").asString()).isNotBlank();
		});
		assertThat(panels).extracting((panel) -> panel.path("id").asInt()).doesNotHaveDuplicates();
		assertThat(panels).flatExtracting(DocumentedSignalsTests::cells).doesNotHaveDuplicates();
	}

	private static List<String> cells(JsonNode panel) {
		JsonNode place = panel.path("gridPos");
		int right = place.path("x").asInt() + place.path("w").asInt();
		assertThat(right).isLessThanOrEqualTo(24);
		return IntStream.range(place.path("x").asInt(), right)
			.boxed()
			.flatMap((x) -> IntStream.range(place.path("y").asInt(), place.path("y").asInt() + place.path("h").asInt())
				.mapToObj((y) -> x + "," + y))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Producer
		List<Integer> numbers(long demand) {
			return List.of();
		}

		@Consumer(subscribeTo = "numbers")
		void store(Integer number) {
			// Gets none.
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Alarmed {

		@Bean
		Alarms alarms() {
			return new Alarms();
		}

		// tag::listener[]
		@Bean
		StageListener lossAlarm(Alarms alarms) {
			return new StageListener() {

				@Override
				public void onDiscard(StageRef stage, Discard lost) {
					alarms.raise(stage.name() + " has lost " + lost);
				}

			};
		}
		// end::listener[]

	}

	/**
	 * Keeps what was raised.
	 */
	static class Alarms {

		final List<String> raised = new CopyOnWriteArrayList<>();

		void raise(String alarm) {
			this.raised.add(alarm);
		}

	}

}
