package io.genstage.jdbc.autoconfigure;

import javax.sql.DataSource;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcWorkQueue;
import io.genstage.jdbc.JsonPayloadCodec;
import io.genstage.jdbc.WorkQueueOptions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GenStageJdbcWorkQueueAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageJdbcWorkQueueAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	private static Integer rows(DataSource dataSource) {
		return new JdbcTemplate(dataSource).queryForObject("select count(*) from genstage_work", Integer.class);
	}

	@Test
	@SuppressWarnings("unchecked")
	void createsTheTablesOfAQueue() {
		this.runner.withUserConfiguration(Mails.class).run((context) -> {
			context.getBean(JdbcWorkQueue.class).send("a");
			assertThat(rows(context.getBean(DataSource.class))).isOne();
		});
	}

	@Test
	void createsNoneWithoutAQueue() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(TableInitializer.class));
	}

	@Test
	void leavesTheTablesToTheUser() {
		this.runner.withUserConfiguration(Mails.class)
			.withPropertyValues("genstage.work-queue.jdbc.initialize-schema=never")
			.run((context) -> assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> rows(context.getBean(DataSource.class))));
	}

	@Test
	@SuppressWarnings("unchecked")
	void metersTheDeadRows() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		this.runner.withUserConfiguration(Mails.class).run((context) -> {
			context.getBean(MeterBinder.class).bindTo(meters);
			context.getBean(JdbcWorkQueue.class).send("a");
			Gauge dead = meters.get("genstage.work.dead").tag("queue", "mails").gauge();
			assertThat(dead.value()).isZero();
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			jdbc.update("update genstage_work set status = 'DEAD'");
			assertThat(dead.value()).isOne();
			jdbc.execute("drop table genstage_work");
			assertThat(dead.value()).isNaN();
		});
	}

	@Test
	void metersNothingWithoutMicrometer() {
		this.runner.withUserConfiguration(Mails.class)
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("genstageWorkQueueMetrics"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Mails {

		@Bean
		JdbcWorkQueue<String> mails(DataSource dataSource) {
			return new JdbcWorkQueue<>(dataSource, "mails", String.class,
					new JsonPayloadCodec(JsonMapper.builder().build()), WorkQueueOptions.defaults());
		}

	}

}
