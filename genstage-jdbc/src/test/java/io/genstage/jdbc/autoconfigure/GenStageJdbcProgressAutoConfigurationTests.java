package io.genstage.jdbc.autoconfigure;

import java.util.concurrent.ConcurrentLinkedQueue;

import javax.sql.DataSource;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.jdbc.JdbcProgressStore;
import io.genstage.jdbc.JdbcTable;
import io.genstage.jdbc.PositionCodec;
import io.genstage.jdbc.TablePosition;
import io.genstage.jdbc.UnusableTablesException;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.LinePosition;
import io.genstage.source.MemoryProgressStore;
import io.genstage.source.ProgressStore;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class GenStageJdbcProgressAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageJdbcProgressAutoConfiguration.class))
		.withPropertyValues("spring.application.name=shop", "spring.datasource.generate-unique-name=true");

	@Test
	void keepsPositionsInTheDatabaseWhenAskedTo() {
		this.runner.withPropertyValues("genstage.progress.store=jdbc").run((context) -> {
			@SuppressWarnings("unchecked")
			ProgressStore<Object> store = context.getBean(JdbcProgressStore.class);
			store.load("numbers");
			store.save("numbers", 7L);
			assertThat(new JdbcProgressStore<>(context.getBean(DataSource.class), "shop").load("numbers"))
				.isEqualTo(7L);
		});
	}

	@Test
	void doesNothingUnlessAskedTo() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ProgressStore.class));
	}

	@Test
	void backsOffWithoutADatabase() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(GenStageAutoConfiguration.class, GenStageJdbcProgressAutoConfiguration.class))
			.withPropertyValues("genstage.progress.store=jdbc")
			.run((context) -> assertThat(context).doesNotHaveBean(ProgressStore.class));
	}

	@Test
	void backsOffWhenTheUserDefinesAStore() {
		this.runner.withPropertyValues("genstage.progress.store=jdbc")
			.withBean(MemoryProgressStore.class)
			.run((context) -> assertThat(context).getBean(ProgressStore.class).isInstanceOf(MemoryProgressStore.class));
	}

	@Test
	void refusesAnotherStore() {
		this.runner.withPropertyValues("genstage.progress.store=jdbc", "genstage.progress.jdbc.initialize-schema=when")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void sharesItsNameWithWhatIsReportedOfProgress() {
		this.runner
			.withPropertyValues("genstage.progress.store=jdbc", "genstage.progress.log-every=1m",
					"genstage.progress.console=true")
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner.withPropertyValues("genstage.progress.store=jdbc", "genstage.progress.consle=true")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("there is no 'consle' of 'genstage.progress': did you mean 'console'?"));
		this.runner.withPropertyValues("genstage.progress.store=jdbc", "genstage.progress.jdbc.shema=always")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("there is no 'shema' of 'genstage.progress.jdbc'"));
	}

	@Test
	void leavesTheTableToTheUser() {
		this.runner.withPropertyValues("genstage.progress.store=jdbc", "genstage.progress.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(UnusableTablesException.class)
				.rootCause()
				.hasMessageStartingWith("positions of sources can't be kept in the database: table genstage_progress "
						+ "is not there"));
	}

	@Test
	void refusesATableOfAnotherVersion() {
		String url = "jdbc:h2:mem:progress-old;DB_CLOSE_DELAY=-1";
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
		jdbc.execute("create table genstage_progress (application varchar(100) not null, name varchar(200) not null, "
				+ "reader bigint not null, position_type varchar(200), saved_position varchar(1000))");
		this.runner
			.withPropertyValues("genstage.progress.store=jdbc", "spring.datasource.generate-unique-name=false",
					"spring.datasource.url=" + url)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining(
						"it has no column saved_at: run 'alter table genstage_progress add column saved_at "
								+ "timestamp with time zone;', or compare it with the script"));
	}

	@Test
	void startsAgainWhereTheTableIsThere() {
		this.runner
			.withPropertyValues("genstage.progress.store=jdbc", "genstage.progress.jdbc.initialize-schema=always",
					"spring.datasource.generate-unique-name=false",
					"spring.datasource.url=jdbc:h2:mem:progress-twice;DB_CLOSE_DELAY=-1")
			.run((first) -> this.runner
				.withPropertyValues("genstage.progress.store=jdbc", "genstage.progress.jdbc.initialize-schema=always",
						"spring.datasource.generate-unique-name=false",
						"spring.datasource.url=jdbc:h2:mem:progress-twice;DB_CLOSE_DELAY=-1")
				.run((second) -> assertThat(second).hasNotFailed()));
	}

	@Test
	void usesCodecsThatAreBeans() {
		this.runner.withPropertyValues("genstage.progress.store=jdbc").withBean(HexCodec.class).run((context) -> {
			@SuppressWarnings("unchecked")
			ProgressStore<Object> store = context.getBean(JdbcProgressStore.class);
			store.load("numbers");
			store.save("numbers", 255L);
			assertThat(new JdbcTemplate(context.getBean(DataSource.class))
				.queryForObject("select saved_position from genstage_progress", String.class)).isEqualTo("ff");
		});
	}

	@Test
	void isInjectedWhateverThePositionsAre() {
		this.runner.withPropertyValues("genstage.progress.store=jdbc")
			.withUserConfiguration(Letters.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Letters letters = context.getBean(Letters.class);
				await().untilAsserted(() -> assertThat(letters.handled).containsExactly("a", "b"));
				await()
					.untilAsserted(() -> assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForObject(
							"select saved_position from genstage_progress where application = 'shop'", String.class))
						.isEqualTo("0:2"));
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Letters {

		private final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();

		@Bean
		@Producer("letters")
		CheckpointedProducer<TablePosition, String> letters(DataSource dataSource,
				ProgressStore<TablePosition> positions, ProgressStore<LinePosition> others) {
			assertThat(others).isSameAs((Object) positions);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("create table letters (id bigint primary key, text varchar(10))");
			jdbc.update("insert into letters values (1, 'a'), (2, 'b')");
			return Sources.checkpointed(
					JdbcTable.of(dataSource, "letters", (row, number) -> row.getString("text")).writtenInOrder(),
					positions, "letters");
		}

		@Consumer(subscribeTo = "letters")
		void handle(String letter) {
			this.handled.add(letter);
		}

	}

	static class HexCodec implements PositionCodec<Long> {

		@Override
		public Class<Long> type() {
			return Long.class;
		}

		@Override
		public String write(Long position) {
			return Long.toHexString(position);
		}

		@Override
		public Long read(String text) {
			return Long.parseLong(text, 16);
		}

	}

}
