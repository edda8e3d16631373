package io.genstage.howto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that reads a file and ends.
 */
class BatchJobTests {

	private static final String DATABASE = "jdbc:h2:mem:batch-job";

	@TempDir
	private Path folder;

	/** Keeps the database while no application runs. */
	private Connection connection;

	private JdbcTemplate jdbc;

	@BeforeEach
	void openDatabase() throws SQLException {
		this.connection = DriverManager.getConnection(DATABASE, "sa", "");
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(this.connection, true));
		this.jdbc.execute("create table orders (id bigint primary key, customer varchar(100), amount int)");
	}

	@AfterEach
	void closeDatabase() throws SQLException {
		this.jdbc.execute("shutdown");
		this.connection.close();
	}

	@Test
	void endsWhenEachLineIsInTheTableOrADeadLetterAndGoesOnWhereItWas() throws IOException {
		Stream<String> lines = IntStream.rangeClosed(1, 1200)
			.mapToObj((id) -> (id != 700) ? "%d;Ann;3".formatted(id) : "torn");
		Path file = Files.write(this.folder.resolve("orders.csv"), lines.toList());
		runToItsEnd(file);
		assertThat(ids()).hasSize(1199).startsWith(1L).endsWith(1200L).doesNotContain(700L);
		assertThat(this.jdbc.queryForObject("select count(*) from genstage_dead_letter", Integer.class)).isOne();
		this.jdbc.update("delete from orders");
		runToItsEnd(file);
		assertThat(ids()).isEmpty();
	}

	private List<Long> ids() {
		return this.jdbc.queryForList("select id from orders order by id", Long.class);
	}

	private static void runToItsEnd(Path file) {
		SpringApplication application = new SpringApplication(Job.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		ConfigurableApplicationContext context = application.run("--import.file=" + file,
				"--spring.datasource.url=" + DATABASE,
				"--spring.config.location=classpath:/io/genstage/howto/batch-job.yml");
		await().until(() -> !context.isActive());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(OrderImport.class)
	static class Job {

	}

}
