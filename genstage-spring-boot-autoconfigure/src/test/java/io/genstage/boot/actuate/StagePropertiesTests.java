package io.genstage.boot.actuate;

import java.security.Principal;
import java.util.List;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.actuate.GenStageEndpoint.PropertyDescriptor;
import io.genstage.boot.actuate.GenStageEndpoint.StageDescriptor;
import io.genstage.boot.autoconfigure.GenStageEndpointAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
 * The properties that the endpoint shows of a stage.
 */
class StagePropertiesTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageEndpointAutoConfiguration.class))
		.withUserConfiguration(Stages.class)
		.withPropertyValues("management.endpoints.web.exposure.include=genstage");

	private final ApplicationContextRunner configured = this.contextRunner
		.withInitializer(new ConfigDataApplicationContextInitializer())
		.withPropertyValues("spring.config.location=classpath:/io/genstage/boot/actuate/origins.yaml");

	@Test
	void haveTheFileAndLineWhereTheyAreWritten() {
		this.configured.run((context) -> assertThat(properties(context, "keep")).containsExactly(
				new PropertyDescriptor("genstage.stages.keep.max-demand", "50", "origins.yaml:5"),
				new PropertyDescriptor("genstage.stages.keep.subscriptions.numbers.min-demand", "${the.minimum:3}",
						"origins.yaml:8")));
	}

	@Test
	void areFoundForANameInBrackets() {
		this.configured.run((context) -> assertThat(properties(context, "keep all"))
			.containsExactly(new PropertyDescriptor("genstage.stages[keep all].max-demand", "20", "origins.yaml:10")));
	}

	@Test
	void areThoseThatHaveAnEffect() {
		this.configured.withSystemProperties("genstage.stages.keep.max-demand=70")
			.run((context) -> assertThat(properties(context, "keep").get(0))
				.isEqualTo(new PropertyDescriptor("genstage.stages.keep.max-demand", "70",
						"\"genstage.stages.keep.max-demand\" from property source \"systemProperties\"")));
	}

	@Test
	void areNoneWithoutAny() {
		this.configured.run((context) -> assertThat(properties(context, "numbers")).isEmpty());
	}

	@Test
	void areHiddenByRulesOfTheApplication() {
		SanitizingFunction rule = SanitizingFunction.sanitizeValue().ifKeyEndsWith("min-demand");
		this.configured.withBean(SanitizingFunction.class, () -> rule)
			.run((context) -> assertThat(properties(context, "keep")).extracting(PropertyDescriptor::value)
				.containsExactly("50", "******"));
	}

	@ParameterizedTest
	@CsvSource({ "never, ann, admin, ******", "always, , , 20", "when-authorized, , , ******",
			"when-authorized, ann, , 20", "when-authorized, ann, admin, 20", "when-authorized, ann, user, ******" })
	void areShownOverHttpToWhoMaySeeThem(String showValues, String user, String role, String value) {
		String[] roles = { "management.endpoint.genstage.show-values=" + showValues,
				"management.endpoint.genstage.roles=" + ((role != null) ? "admin" : "") };
		this.configured.withPropertyValues(roles).run((context) -> {
			StageDescriptor stage = context.getBean(GenStageEndpointWebExtension.class)
				.stage(securityContext(user, role), new RequestPath(List.of("keep all")));
			assertThat(stage).isNotNull();
			assertThat(stage.properties()).extracting(PropertyDescriptor::value).containsExactly(value);
		});
	}

	@ParameterizedTest
	@CsvSource({ "never, ******", "always, 20", "when-authorized, 20" })
	void areShownOverJmxUnlessTheyNeverAre(String showValues, String value) {
		this.configured.withPropertyValues("management.endpoint.genstage.show-values=" + showValues)
			.run((context) -> assertThat(properties(context, "keep all")).extracting(PropertyDescriptor::value)
				.containsExactly(value));
	}

	private static SecurityContext securityContext(String user, String role) {
		return new SecurityContext() {

			@Override
			public Principal getPrincipal() {
				return (user != null) ? () -> user : null;
			}

			@Override
			public boolean isUserInRole(String wanted) {
				return wanted.equals(role);
			}

		};
	}

	private static List<PropertyDescriptor> properties(ApplicationContext context, String stage) {
		GenStageEndpoint.StageDescriptor descriptor = context.getBean(GenStageEndpoint.class).stage(stage);
		assertThat(descriptor).isNotNull();
		assertThat(descriptor.properties()).isNotNull();
		return descriptor.properties();
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

		@Bean
		@Consumer(name = "keep all", subscribeTo = "numbers")
		java.util.function.Consumer<Integer> all(Sink sink) {
			return sink::add;
		}

	}

}
