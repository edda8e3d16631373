package io.genstage.jdbc.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
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

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		JdbcLinks own(DataSource dataSource) {
			return new JdbcLinks(dataSource);
		}

	}

}
