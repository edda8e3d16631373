package io.genstage.jdbc.examples;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcWorkQueue;
import io.genstage.jdbc.autoconfigure.GenStageJdbcWorkQueueAutoConfiguration;
import io.genstage.jdbc.examples.PostOffice.Customers;
import io.genstage.jdbc.examples.PostOffice.Mail;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

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

class QueueExampleTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withPropertyValues("spring.datasource.generate-unique-name=true")
		.withBean(JsonMapper.class, () -> JsonMapper.builder().build())
		.withUserConfiguration(PostOffice.class)
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageJdbcWorkQueueAutoConfiguration.class));

	@Test
	@SuppressWarnings("unchecked")
	void sendsAMailWhenTheCustomerIsRegistered() {
		this.runner.run((context) -> {
			DataSource dataSource = context.getBean(DataSource.class);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("create table customers (name varchar(20) primary key)");
			Customers customers = new Customers(new TransactionTemplate(new JdbcTransactionManager(dataSource)), jdbc,
					context.getBean(JdbcWorkQueue.class));
			customers.register("Ada");
			assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> customers.register("Ada"));
			customers.register("Bob");
			PostOffice office = context.getBean(PostOffice.class);
			await().untilAsserted(() -> assertThat(office.delivered)
				.containsExactlyInAnyOrder(new Mail("Ada", "Welcome!"), new Mail("Bob", "Welcome!")));
			await().untilAsserted(
					() -> assertThat(jdbc.queryForObject("select count(*) from genstage_work", Integer.class))
						.isZero());
		});
	}

}
