package io.genstage.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageHealthIndicator;
import io.genstage.jdbc.database.Database;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * What somebody meets who starts an application with a link while the database is away,
 * or whose tables are not as they should be.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnusableDatabaseTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final DataSource plain = Database.dataSource(Database.H2.newUrl());

	private final FlakyDataSource database = new FlakyDataSource(this.plain);

	private SpringApplicationBuilder application(String... properties) {
		return application(this.database, properties);
	}

	private static SpringApplicationBuilder application(DataSource database, String... properties) {
		return new SpringApplicationBuilder(Shop.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.initializers((context) -> ((DefaultListableBeanFactory) context.getBeanFactory())
				.registerSingleton("database", database))
			.properties("spring.main.banner-mode=off", "genstage.links.orders.type=jdbc")
			.properties(properties);
	}

	@ParameterizedTest
	@CsvSource({ "embedded", "never" })
	void isAwayAndTheApplicationStartsAndWaitsForIt(String initialize) {
		Schema.create(this.plain, Database.H2, "links");
		this.database.goAway();
		try (ConfigurableApplicationContext context = application("genstage.links-jdbc.initialize-schema=" + initialize)
			.run()) {
			Shop shop = context.getBean(Shop.class);
			shop.orders.offer("lamp");
			this.database.comeBack();
			await().atMost(LONG).untilAsserted(() -> assertThat(shop.booked).containsExactly("lamp"));
		}
	}

	@Test
	void refusesAPasswordWithoutShowingIt(CapturedOutput output) {
		String url = Database.H2.newUrl();
		Schema.create(Database.dataSource(url), Database.H2, "links");
		String password = "secret-" + UUID.randomUUID();
		DataSource wrong = new DriverManagerDataSource("%s;USER=sa;PASSWORD=%s".formatted(url, password));
		try (ConfigurableApplicationContext context = application(wrong).run()) {
			StageRegistry stages = context.getBean(StageRegistry.class);
			GenStageHealthIndicator health = context.getBean(GenStageHealthIndicator.class);
			await().atMost(LONG)
				.untilAsserted(
						() -> assertThat(List.of(stages.stage("orders-to-link"), stages.stage("orders-from-link")))
							.allSatisfy((stage) -> assertThat(stage).asString().contains("can't be reached")));
			assertThat(stages.pipelines()).asString().doesNotContain(password);
			assertThat(health.health(true)).asString().doesNotContain(password);
		}
		assertThat(output).contains("Wrong user name or password").doesNotContain(password);
	}

	@Test
	void isAwayAndTablesAreToBeCreated(CapturedOutput output) {
		this.database.goAway();
		SpringApplicationBuilder application = application("genstage.links-jdbc.initialize-schema=always");
		assertThatException().isThrownBy(application::run);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("With 'genstage.links-jdbc.initialize-schema=always' tables are created when the application "
					+ "starts, and the database can't be reached: refused")
			.contains("Start the database, or correct 'spring.datasource.*'. Or set "
					+ "'genstage.links-jdbc.initialize-schema' to 'never' if the tables are there: then the "
					+ "application starts, and waits for the database.")
			.doesNotContain("DatabaseDriver");
	}

	@ParameterizedTest
	@CsvSource({ "embedded", "never" })
	void isAwayAndDeadLettersAreToBeKept(String initialize, CapturedOutput output) {
		this.database.goAway();
		SpringApplicationBuilder application = application("genstage.dead-letters.store=jdbc",
				"genstage.dead-letters.jdbc.initialize-schema=" + initialize);
		assertThatException().isThrownBy(application::run);
		assertThat(output)
			.contains("With 'genstage.dead-letters.store=jdbc' events are kept that fail, and the database can't be "
					+ "reached: refused")
			.contains("An application that can't keep them doesn't start.")
			.doesNotContain("DatabaseDriver");
	}

	@Test
	void hasNoTableOfLinks(CapturedOutput output) {
		SpringApplicationBuilder application = application("genstage.links-jdbc.initialize-schema=never");
		assertThatException().isThrownBy(application::run);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Links can't be kept in the database:")
			.contains("  - table genstage_link_event is not there")
			.contains("run the script classpath:io/genstage/jdbc/links-h2.sql, or let "
					+ "genstage.links-jdbc.initialize-schema be 'always'");
	}

	@Test
	void hasATableOfLinksOfAnOlderVersion(CapturedOutput output) {
		Schema.create(this.plain, Database.H2, "links");
		JdbcTemplate jdbc = new JdbcTemplate(this.plain);
		jdbc.execute("alter table genstage_link_event drop column retry_note");
		SpringApplicationBuilder application = application();
		assertThatException().isThrownBy(application::run);
		assertThat(output)
			.contains("  - table genstage_link_event is of another version, it has no column retry_note: "
					+ "run 'alter table genstage_link_event add column retry_note varchar(500);'")
			.contains("Do what each line says: run its statement or script, set its property, or grant the rights.");
	}

	@Test
	void hasNoTableOfLinksAndTheApplicationHasNoLink() {
		try (ConfigurableApplicationContext context = application("genstage.links-jdbc.initialize-schema=never",
				"genstage.links.orders.type=memory")
			.run()) {
			assertThat(context.getBean(JdbcLinks.class).isUsed()).isFalse();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		private final EventQueue<String> orders = new EventQueue<>(10);

		private final List<String> booked = new CopyOnWriteArrayList<>();

		@Bean
		@Producer("orders")
		EventQueue<String> orders() {
			return this.orders;
		}

		@Consumer(subscribeTo = "orders")
		void book(String order) {
			this.booked.add(order);
		}

	}

}
