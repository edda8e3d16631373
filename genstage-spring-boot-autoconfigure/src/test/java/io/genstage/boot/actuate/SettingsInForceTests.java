package io.genstage.boot.actuate;

import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.genstage.ConsumerStage;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.StageDefinitionCustomizer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageEndpointAutoConfiguration;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The settings in force that the endpoint shows of a stage, and who says so.
 */
class SettingsInForceTests {

	private static final String OF_PACK = "@Consumer method 'Stages.pack' of bean 'settingsInForceTests.Stages'";

	private final ApplicationContextRunner runner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageEndpointAutoConfiguration.class))
		.withUserConfiguration(Stages.class)
		.withInitializer(new ConfigDataApplicationContextInitializer())
		.withPropertyValues("management.endpoints.web.exposure.include=genstage",
				"spring.config.location=classpath:/io/genstage/boot/actuate/settings.yaml");

	@Test
	void areSaidByPropertiesWithTheirFileAndLine() {
		this.runner.run((context) -> {
			assertThat(setting(context, "pack", "max-demand")).isEqualTo(new SettingDescriptor("max-demand", "numbers",
					"50", "property", "genstage.stages.pack.max-demand", "settings.yaml:10"));
			assertThat(setting(context, "pack", "min-demand")).isEqualTo(new SettingDescriptor("min-demand", "numbers",
					"3", "property", "genstage.stages.pack.subscriptions.numbers.min-demand", "settings.yaml:20"));
			assertThat(setting(context, "pack", "failure.retry.delay"))
				.isEqualTo(new SettingDescriptor("failure.retry.delay", null, "5s", "property",
						"genstage.stages.pack.failure.retry.delay", "settings.yaml:15"));
			assertThat(setting(context, "pack", "failure.retry.exception-excludes").origin())
				.isEqualTo("settings.yaml:17");
		});
	}

	@Test
	void areSaidByTheAnnotation() {
		this.runner.run((context) -> {
			assertThat(setting(context, "pack", "concurrency").value()).isEqualTo("2");
			assertThat(setting(context, "pack", "concurrency").source()).isEqualTo("annotation");
			assertThat(setting(context, "pack", "concurrency").said()).isEqualTo("attribute 'concurrency'");
			assertThat(setting(context, "pack", "concurrency").origin()).startsWith("@Consumer method 'Stages.pack'");
			assertThat(setting(context, "pack", "failure.then").said()).isEqualTo("attribute 'failure.then'");
			assertThat(setting(context, "pack", "failure.then").value()).isEqualTo("skip");
		});
	}

	@Test
	void areSaidByTheDefaultsForAllStages() {
		this.runner.run((context) -> {
			assertThat(setting(context, "pack", "handle-within")).isEqualTo(new SettingDescriptor("handle-within", null,
					"20s", "defaults", "genstage.defaults.handle-within", "settings.yaml:4"));
			assertThat(setting(context, "copies", "failure.retry.max-retries").source()).isEqualTo("defaults");
			assertThat(setting(context, "pack", "failure.retry.max-retries").source()).isEqualTo("annotation");
			assertThat(setting(context, "copies", "handle-within").value()).isEqualTo("20s");
		});
	}

	@Test
	void areBuiltInIfNobodySaysThem() {
		this.runner.run((context) -> {
			assertThat(setting(context, "copies", "max-demand"))
				.isEqualTo(new SettingDescriptor("max-demand", "numbers", "1000", "built-in", null, null));
			assertThat(setting(context, "copies", "failure.retry.delay").value()).isEqualTo("1s");
			assertThat(setting(context, "copies", "buffer-size").value())
				.isEqualTo("10000; no limit for a producer-consumer");
			assertThat(setting(context, "pack", "rate.burst"))
				.isEqualTo(new SettingDescriptor("rate.burst", null, "100", "built-in", null, null));
			assertThat(setting(context, "numbers", "max-unsettled").value()).matches("\\d+");
		});
	}

	@Test
	void areThoseThatHaveAnEffect() {
		this.runner.run((context) -> {
			assertThat(settings(context, "copies")).extracting(SettingDescriptor::name)
				.contains("failure.then")
				.doesNotContain("rate.events", "rate.period", "batch.size", "in-flight-order", "poll.pause",
						"partitions", "task-per-event.restart", "auto-shutdown");
			assertThat(settings(context, "numbers")).extracting(SettingDescriptor::name)
				.contains("settle-within")
				.doesNotContain("max-demand", "poll.pause", "failure.enabled");
		});
	}

	@Test
	void areChangedByACustomizer() {
		StageDefinitionCustomizer calmer = new Calmer();
		this.runner.withBean(StageDefinitionCustomizer.class, () -> calmer).run((context) -> {
			assertThat(setting(context, "pack", "concurrency"))
				.isEqualTo(new SettingDescriptor("concurrency", null, "4", "customizer", Calmer.class.getName(), null));
			assertThat(settings(context, "copies")).extracting(SettingDescriptor::name)
				.contains("failure.enabled")
				.doesNotContain("failure.then", "failure.retry.delay");
			assertThat(setting(context, "copies", "failure.enabled").value()).isEqualTo("false");
			assertThat(setting(context, "copies", "failure.enabled").source()).isEqualTo("customizer");
		});
	}

	@Test
	void areTheRetriesThatACustomizerHasPutInTheirPlace() {
		StageDefinitionCustomizer patient = new Patient(
				Retries.exponential(7, Duration.ofSeconds(2), 3, Duration.ofHours(1)));
		this.runner.withBean(StageDefinitionCustomizer.class, () -> patient).run((context) -> {
			assertThat(retries(context, "copies")).containsExactly(customized("failure.retry.max-retries", "7"),
					customized("failure.retry.delay", "2s"), customized("failure.retry.multiplier", "3"),
					customized("failure.retry.max-delay", "1h"));
			assertThat(retries(context, "keep")).extracting(SettingDescriptor::source).doesNotContain("customizer");
		});
	}

	@Test
	void areTheClassOfRetriesThatAreAFunction() {
		Retries ofTheApplication = new Stubborn();
		this.runner.withBean(StageDefinitionCustomizer.class, () -> new Patient(ofTheApplication))
			.run((context) -> assertThat(retries(context, "copies")).containsExactly(
					customized("failure.retry.max-retries", "as many as %s says".formatted(Stubborn.class.getName()))));
		this.runner.withBean(StageDefinitionCustomizer.class, () -> new Patient(Retries.NONE))
			.run((context) -> assertThat(retries(context, "copies"))
				.containsExactly(customized("failure.retry.max-retries", "0")));
	}

	private static List<SettingDescriptor> retries(ApplicationContext context, String stage) {
		return settings(context, stage).stream()
			.filter((setting) -> setting.name().startsWith("failure.retry.")
					&& !setting.name().equals("failure.retry.order"))
			.toList();
	}

	private static SettingDescriptor customized(String name, String value) {
		return new SettingDescriptor(name, null, value, "customizer", Patient.class.getName(), null);
	}

	@Test
	void areChangedWhileTheStageRuns() {
		this.runner.run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			registry.demand("pack", 8, 2).toCompletableFuture().join();
			registry.rate("pack", RateLimit.of(5, Duration.ofSeconds(2)));
			registry.concurrency("pack", 3).toCompletableFuture().join();
			assertThat(setting(context, "pack", "max-demand"))
				.isEqualTo(new SettingDescriptor("max-demand", "numbers", "8", "live", null, null));
			assertThat(setting(context, "pack", "rate.events").value()).isEqualTo("5");
			assertThat(setting(context, "pack", "rate.events").source()).isEqualTo("live");
			assertThat(setting(context, "pack", "rate.period").value()).isEqualTo("2s");
			assertThat(setting(context, "pack", "concurrency").value()).isEqualTo("3");
			registry.reset("pack").toCompletableFuture().join();
			assertThat(setting(context, "pack", "max-demand").source()).isEqualTo("property");
			assertThat(setting(context, "pack", "rate.events").source()).isEqualTo("property");
			assertThat(setting(context, "pack", "concurrency").source()).isEqualTo("annotation");
		});
	}

	@Test
	void areThoseOfTheDefinitionIfAStageWasRegisteredFromCode() {
		this.runner.run((context) -> {
			ConsumerStage<Object> audit = (events, from) -> {
			};
			TestContexts.registry(context)
				.register(StageDefinition.of("audit", audit).subscribeTo("numbers"))
				.toCompletableFuture()
				.join();
			assertThat(setting(context, "audit", "max-demand"))
				.isEqualTo(new SettingDescriptor("max-demand", "numbers", "1000", "code", null, null));
			assertThat(TestContexts.registry(context).settings("nobody")).isEmpty();
		});
	}

	@Test
	void areHiddenFromWhoMayNotSeeThemUnlessNobodyHasWrittenThem() {
		this.runner.run((context) -> {
			List<SettingDescriptor> settings = Objects
				.requireNonNull(context.getBean(GenStageEndpointWebExtension.class)
					.stage(nobody(), new RequestPath(List.of("pack"))))
				.settings();
			assertThat(settings).isNotNull();
			assertThat(settings)
				.filteredOn((setting) -> List.of("property", "defaults").contains(setting.source())
						|| setting.name().equals("failure.then"))
				.hasSize(7)
				.allSatisfy((setting) -> assertThat(setting.value()).isEqualTo("******"));
			assertThat(settings)
				.filteredOn((setting) -> setting.source().equals("built-in") || setting.name().equals("concurrency"))
				.hasSizeGreaterThan(8)
				.noneMatch((setting) -> "******".equals(setting.value()));
		});
	}

	@Test
	void areHiddenByRulesOfTheApplication() {
		SanitizingFunction rule = SanitizingFunction.sanitizeValue().ifKeyEndsWith("max-demand", "concurrency");
		this.runner.withBean(SanitizingFunction.class, () -> rule).run((context) -> {
			assertThat(setting(context, "pack", "max-demand").value()).isEqualTo("******");
			assertThat(setting(context, "pack", "concurrency").value()).isEqualTo("******");
			assertThat(setting(context, "pack", "rate.events").value()).isEqualTo("100");
		});
	}

	private static SecurityContext nobody() {
		return new SecurityContext() {

			@Override
			public Principal getPrincipal() {
				return null;
			}

			@Override
			public boolean isUserInRole(String role) {
				return false;
			}

		};
	}

	private static SettingDescriptor setting(ApplicationContext context, String stage, String name) {
		return settings(context, stage).stream()
			.filter((setting) -> setting.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no " + name + " in " + settings(context, stage)));
	}

	private static List<SettingDescriptor> settings(ApplicationContext context, String stage) {
		GenStageEndpoint.StageDescriptor descriptor = context.getBean(GenStageEndpoint.class).stage(stage);
		assertThat(descriptor).isNotNull();
		assertThat(descriptor.settings()).isNotNull();
		return descriptor.settings();
	}

	/**
	 * Lets four instances pack, and copies fail with their handler.
	 */
	static final class Calmer implements StageDefinitionCustomizer {

		@Override
		public StageDefinition customize(StageDefinition definition) {
			return switch (definition.name()) {
				case "pack" -> definition.withConcurrency(4);
				case "copies" -> definition.withOptions(definition.options().withFailure(null));
				default -> definition;
			};
		}

	}

	/**
	 * Gives copies other retries.
	 */
	record Patient(Retries retries) implements StageDefinitionCustomizer {

		@Override
		public StageDefinition customize(StageDefinition definition) {
			FailurePolicy policy = definition.options().failure();
			return (policy != null && definition.name().equals("copies"))
					? definition.withOptions(definition.options().withFailure(policy.withRetries(this.retries)))
					: definition;
		}

	}

	/**
	 * Never gives up.
	 */
	static final class Stubborn implements Retries {

		@Override
		public Duration delay(int retry) {
			return Duration.ofSeconds(retry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Bean
		@Producer
		EventQueue<Integer> numbers() {
			return new EventQueue<>(10);
		}

		@Consumer(subscribeTo = "numbers", concurrency = 2, failure = @Failure(then = "skip", maxRetries = "2"))
		void pack(Integer number) {
		}

		@ProducerConsumer(subscribeTo = "numbers")
		Integer copies(Integer number) {
			return number;
		}

		@Consumer(subscribeTo = "copies")
		void keep(Integer number) {
		}

	}

}
