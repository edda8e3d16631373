package io.genstage.jdbc.examples;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.sql.DataSource;

import io.genstage.ConsumerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.autoconfigure.GenStageJdbcLinksAutoConfiguration;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReceiver;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class LinkExampleTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withPropertyValues("spring.datasource.generate-unique-name=true")
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageJdbcLinksAutoConfiguration.class));

	@Test
	void sendsAnOrderWhenItIsPlaced() {
		Queue<String> handled = new ConcurrentLinkedQueue<>();
		ConsumerStage<LinkMessage> consumer = (messages, from) -> messages
			.forEach((message) -> handled.add(new String(message.payload(), StandardCharsets.UTF_8)));
		this.runner.run((context) -> {
			DataSource dataSource = context.getBean(DataSource.class);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("create table placed (name varchar(20) primary key)");
			JdbcLinks links = context.getBean(JdbcLinks.class);
			Outbox outbox = new Outbox(new TransactionTemplate(new JdbcTransactionManager(dataSource)), jdbc, links);
			try (StageSystem system = StageSystem.create()) {
				StageRef received = system.start("orders",
						new LinkReceiver(links, Outbox.ORDERS, LinkOptions.defaults()));
				system.start("consumer", consumer).subscribeTo(received, SubscribeOptions.defaults());
				outbox.place("book");
				assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> outbox.place("book"));
				outbox.place("lamp");
				await().untilAsserted(() -> assertThat(handled).containsExactlyElementsOf(List.of("book", "lamp")));
				await().untilAsserted(
						() -> assertThat(jdbc.queryForObject("select count(*) from genstage_link_event", Integer.class))
							.isZero());
			}
		});
	}

}
