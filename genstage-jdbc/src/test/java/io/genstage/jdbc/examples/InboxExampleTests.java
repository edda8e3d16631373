package io.genstage.jdbc.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.autoconfigure.GenStageJdbcInboxAutoConfiguration;
import io.genstage.jdbc.autoconfigure.GenStageJdbcLinksAutoConfiguration;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class InboxExampleTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withPropertyValues("spring.datasource.generate-unique-name=true")
		.withInitializer((context) -> {
			try {
				new YamlPropertySourceLoader()
					.load("inbox", new ClassPathResource("inbox.yaml", InboxExampleTests.class))
					.forEach(context.getEnvironment().getPropertySources()::addLast);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		})
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JacksonAutoConfiguration.class, GenStageAutoConfiguration.class, GenStageLinkAutoConfiguration.class,
				GenStageJdbcLinksAutoConfiguration.class, GenStageJdbcInboxAutoConfiguration.class))
		.withBean(Bookkeeping.class);

	@Test
	void booksWhatItTakesOutOfTheTable() {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute("create table booked (name varchar(20))");
			jdbc.execute("create table stock (name varchar(20), pieces integer)");
			jdbc.update("insert into stock values ('lamp', 5)");
			JdbcLinks links = context.getBean(JdbcLinks.class);
			links.send(LinkDefinition.of("orders"), LinkMessage.of("lamp".getBytes(StandardCharsets.UTF_8)));
			await().atMost(LONG)
				.untilAsserted(() -> assertThat(jdbc.queryForList("select pieces from stock", Integer.class))
					.containsExactly(4));
			assertThat(jdbc.queryForList("select name from booked", String.class)).containsExactly("lamp");
			assertThat(jdbc.queryForList("select id from genstage_link_event", Long.class))
				.as("it is gone with the commit")
				.isEmpty();
		});
	}

}
