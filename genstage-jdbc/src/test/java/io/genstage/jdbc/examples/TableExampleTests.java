package io.genstage.jdbc.examples;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.autoconfigure.GenStageJdbcProgressAutoConfiguration;
import io.genstage.jdbc.examples.Shop.Order;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class TableExampleTests {

	private final DataSource dataSource = new DriverManagerDataSource("jdbc:h2:mem:table-example;DB_CLOSE_DELAY=-1");

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer(new ConfigDataApplicationContextInitializer())
		.withPropertyValues("spring.config.location=classpath:io/genstage/jdbc/examples/progress.yaml")
		.withBean(DataSource.class, () -> this.dataSource)
		.withUserConfiguration(Shop.class)
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageJdbcProgressAutoConfiguration.class));

	@Test
	void goesOnBehindTheLastRowThatIsSettled() {
		this.jdbc.execute("create table orders (id bigint primary key, item varchar(20),"
				+ " created_at timestamp with time zone default current_timestamp)");
		insertOld(1, "pen");
		this.runner.run((context) -> {
			await().untilAsserted(
					() -> assertThat(context.getBean(Shop.class).booked).containsExactly(new Order(1, "pen")));
			await().untilAsserted(() -> assertThat(
					this.jdbc.queryForList("select saved_position from genstage_progress", String.class))
				.containsExactly("0:1"));
		});
		insertOld(2, "ink");
		this.jdbc.update("insert into orders (id, item) values (3, 'too young')");
		this.runner.run((context) -> await()
			.untilAsserted(() -> assertThat(context.getBean(Shop.class).booked).containsExactly(new Order(2, "ink"))));
	}

	private void insertOld(long id, String item) {
		this.jdbc.update("insert into orders values (?, ?, dateadd(hour, -1, current_timestamp))", id, item);
	}

}
