package io.genstage.jdbc.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.delivery.Outcome;
import io.genstage.jdbc.JdbcLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class GenStageJdbcLinksAutoConfigurationTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final LinkDefinition ORDERS = LinkDefinition.of("orders");

	private static final String DELAY = "add ;WRITE_DELAY=0 to the URL";

	private static final String FEW = "nothing is left to others";

	@TempDir
	private Path folder;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageJdbcLinksAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	private static void send(JdbcLinks links) {
		links.send(ORDERS, LinkMessage.of("a".getBytes(StandardCharsets.UTF_8)));
	}

	private static void deliversOne(JdbcLinks links) {
		Delivered delivered = new Delivered();
		send(links);
		LinkReader reader = links.openReader(ORDERS, delivered);
		reader.ask(1);
		await().atMost(LONG).failFast(() -> {
			Throwable failure = delivered.failure;
			if (failure != null) {
				throw failure;
			}
		}).until(() -> delivered.count.get() == 1);
		reader.close();
	}

	private ApplicationContextRunner file(String more) {
		return this.runner.withPropertyValues(
				"spring.datasource.url=jdbc:h2:file:%s%s".formatted(this.folder.resolve("links"), more),
				"genstage.links-jdbc.initialize-schema=always");
	}

	@Test
	void carriesLinksInTheDatabase(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context.getBean(LinkProvider.class).type()).isEqualTo("jdbc");
			deliversOne(context.getBean(JdbcLinks.class));
			assertThat(output).doesNotContain(DELAY).doesNotContain(FEW);
		});
	}

	@Test
	void carriesTheEventsOfShortForms() {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withUserConfiguration(ShortForms.class)
			.run((context) -> {
				assertThat(context.getBean(ShortForms.class).placed.deliver("lamp")).succeedsWithin(LONG)
					.isEqualTo(Outcome.HANDED_OVER);
				List<String> booked = context.getBean(ShortForms.class).booked;
				await().atMost(LONG).untilAsserted(() -> assertThat(booked).containsExactly("lamp"));
				JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
				await().atMost(LONG)
					.until(() -> jdbc.queryForList("select link from genstage_link_event", String.class).isEmpty());
			});
	}

	@Test
	void refusesAShortFormWithoutADatabase() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(GenStageAutoConfiguration.class, GenStageJdbcLinksAutoConfiguration.class,
							GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withUserConfiguration(ShortForms.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("subscribes to 'jdbc:orders', but there is no provider of such links: add "
						+ "io.genstage:genstage-jdbc to the class path, and let there be one DataSource"));
	}

	@Test
	void leavesTheTableToTheUser() {
		this.runner.withPropertyValues("genstage.links-jdbc.initialize-schema=never")
			.run((context) -> assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> send(context.getBean(JdbcLinks.class))));
	}

	@Test
	void leavesAFileAloneUnlessItIsSaid() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:h2:file:" + this.folder.resolve("links"))
			.run((context) -> assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> send(context.getBean(JdbcLinks.class))));
	}

	@Test
	void createsTheTableOnceForTwoStarts() {
		file("").run((context) -> send(context.getBean(JdbcLinks.class)));
		file("").run((context) -> assertThat(new JdbcTemplate(context.getBean(DataSource.class))
			.queryForObject("select count(*) from genstage_link_event", Integer.class)).isOne());
	}

	@Test
	void warnsOfADatabaseThatLosesWhatIsCommitted(CapturedOutput output) {
		file("").run((context) -> {
			deliversOne(context.getBean(JdbcLinks.class));
			assertThat(output).containsOnlyOnce(DELAY);
		});
	}

	@Test
	void warnsOfNoneThatKeepsIt(CapturedOutput output) {
		file(";WRITE_DELAY=0").run((context) -> {
			deliversOne(context.getBean(JdbcLinks.class));
			assertThat(output).doesNotContain(DELAY);
		});
	}

	@Test
	void warnsOfAPoolThatReadersUseUp(CapturedOutput output) {
		this.runner.withPropertyValues("spring.datasource.hikari.maximum-pool-size=2").run((context) -> {
			JdbcLinks links = context.getBean(JdbcLinks.class);
			LinkReader one = links.openReader(ORDERS, new Delivered());
			assertThat(output).doesNotContain(FEW);
			LinkReader two = links.openReader(LinkDefinition.of("others"), new Delivered());
			assertThat(output).containsOnlyOnce(FEW);
			List.of(one, two).forEach(LinkReader::close);
		});
	}

	@Test
	void backsOffForOtherLinks() {
		this.runner.withUserConfiguration(Own.class)
			.run((context) -> assertThat(context).hasSingleBean(JdbcLinks.class)
				.hasBean("own")
				.doesNotHaveBean(TableInitializer.class));
	}

	@Test
	void doesWithoutADatabase() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(GenStageAutoConfiguration.class, GenStageJdbcLinksAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcLinks.class));
	}

	/**
	 * Counts what is delivered.
	 */
	private static final class Delivered implements LinkReader.Listener {

		private final AtomicInteger count = new AtomicInteger();

		private volatile Throwable failure;

		@Override
		public void delivered(List<LinkRecord> records) {
			this.count.addAndGet(records.size());
		}

		@Override
		public void interrupted(Throwable cause) {
			this.failure = cause;
		}

		@Override
		public void recovered() {
		}

		@Override
		public void failed(Throwable cause) {
			this.failure = cause;
		}

	}

	/**
	 * Stages that don't know each other.
	 */
	@Configuration(proxyBeanMethods = false)
	static class ShortForms {

		private final EventQueue<String> placed = new EventQueue<>(10);

		private final List<String> booked = new CopyOnWriteArrayList<>();

		@Bean
		@Producer(publishTo = "jdbc:orders")
		EventQueue<String> placed() {
			return this.placed;
		}

		@Consumer(subscribeTo = "jdbc:orders")
		void book(String order) {
			this.booked.add(order);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		JdbcLinks own(DataSource dataSource) {
			return new JdbcLinks(dataSource);
		}

	}

}
