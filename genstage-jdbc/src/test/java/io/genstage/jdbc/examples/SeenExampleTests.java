package io.genstage.jdbc.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.jdbc.autoconfigure.GenStageJdbcSeenAutoConfiguration;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
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

class SeenExampleTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withPropertyValues("spring.datasource.generate-unique-name=true")
		.withInitializer((context) -> {
			try {
				new YamlPropertySourceLoader().load("seen", new ClassPathResource("seen.yaml", SeenExampleTests.class))
					.forEach(context.getEnvironment().getPropertySources()::addLast);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		})
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JacksonAutoConfiguration.class, GenStageAutoConfiguration.class, GenStageLinkAutoConfiguration.class,
				GenStageJdbcSeenAutoConfiguration.class))
		.withBean(Broker.class)
		.withBean(Bookkeeping.class);

	@Test
	void booksOnceWhatComesTwice() {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute("create table booked (name varchar(20))");
			jdbc.execute("create table stock (name varchar(20), pieces integer)");
			jdbc.update("insert into stock values ('lamp', 5)");
			Broker broker = context.getBean(Broker.class);
			broker.send("1", "lamp");
			broker.send("1", "lamp");
			broker.send("2", "lamp");
			StageRegistry stages = context.getBean(StageRegistry.class);
			await().atMost(LONG).until(() -> stages.linkRepeated("orders-from-link").orElse(0) == 1);
			await().atMost(LONG)
				.untilAsserted(() -> assertThat(jdbc.queryForList("select pieces from stock", Integer.class))
					.containsExactly(3));
			assertThat(jdbc.queryForList("select name from booked", String.class)).containsExactly("lamp", "lamp");
		});
	}

	/**
	 * Stands for a broker.
	 */
	private static final class Broker implements LinkProvider, LinkListener {

		private final MemoryLinks links = new MemoryLinks();

		void send(String id, String text) {
			try (LinkWriter writer = openWriter(LinkDefinition.of("orders"), this)) {
				writer
					.send(LinkMessage.of(text.getBytes(StandardCharsets.UTF_8))
						.withHeaders(Map.of(LinkMessage.EVENT_ID, id)))
					.toCompletableFuture()
					.join();
			}
		}

		@Override
		public String type() {
			return "kafka";
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			return this.links.openReader(link, listener);
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			return this.links.openWriter(link, listener);
		}

		@Override
		public void interrupted(Throwable cause) {
		}

		@Override
		public void recovered() {
		}

		@Override
		public void failed(Throwable cause) {
		}

	}

}
