package io.genstage.jdbc.autoconfigure;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.jdbc.JdbcDeadLetterStore;
import io.genstage.jdbc.JsonPayloadCodec;
import io.genstage.jdbc.PayloadCodec;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GenStageJdbcDeadLettersAutoConfiguration}.
 */
class GenStageJdbcDeadLettersAutoConfigurationTests {

	private final String url = "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(GenStageAutoConfiguration.class,
				GenStageJdbcDeadLettersAutoConfiguration.class, DataSourceAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + this.url);

	private final ApplicationContextRunner jdbc = this.runner.withPropertyValues("genstage.dead-letters.store=jdbc");

	@Test
	void keepsDeadLettersInMemoryUnlessADatabaseIsAskedFor() {
		this.runner.withPropertyValues("genstage.dead-letters.jdbc.table=letters").run((context) -> {
			assertThat(context).getBean(DeadLetterStore.class).isInstanceOf(MemoryDeadLetterStore.class);
			assertThat(context).doesNotHaveBean(PayloadCodec.class);
		});
	}

	@Test
	void keepsDeadLettersInTheDatabaseThatIsThere() {
		this.jdbc.run((context) -> {
			assertThat(context).hasSingleBean(JdbcDeadLetterStore.class);
			assertThat(context).hasSingleBean(DeadLetterDesk.class);
			assertThat(tables(context.getBean(JdbcTemplate.class))).contains("genstage_dead_letter",
					"genstage_dead_letter_count");
		});
	}

	@Test
	void needsADatabase() {
		this.jdbc
			.withClassLoader(
					new FilteredClassLoader("org.h2", "org.sqlite", "org.postgresql", "org.mariadb", "com.zaxxer"))
			.withPropertyValues("spring.datasource.url=")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("property 'genstage.dead-letters.store': is 'jdbc', but nothing keeps"));
	}

	@Test
	void needsSomethingThatWritesEvents() {
		this.jdbc.withClassLoader(new FilteredClassLoader(JsonMapper.class))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("dead letters in a database need a PayloadCodec bean, or one JsonMapper bean such as "
						+ "spring-boot-starter-jackson brings"));
	}

	@Test
	void letsTheApplicationWriteEvents() {
		PayloadCodec mine = new JsonPayloadCodec(JsonMapper.builder().build());
		this.jdbc.withBean("mine", PayloadCodec.class, () -> mine)
			.run((context) -> assertThat(context).getBean(PayloadCodec.class).isSameAs(mine));
	}

	@Test
	void letsTheApplicationKeepDeadLetters() {
		this.jdbc.withBean("mine", DeadLetterStore.class, MemoryDeadLetterStore::new).run((context) -> {
			assertThat(context).doesNotHaveBean(JdbcDeadLetterStore.class);
			assertThat(context).doesNotHaveBean(DeadLetterSchemaInitializer.class);
		});
	}

	@Test
	void givesTheTablesAnotherName() {
		this.jdbc.withPropertyValues("genstage.dead-letters.jdbc.table=letters").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(tables(context.getBean(JdbcTemplate.class))).contains("letters", "letters_count")
				.doesNotContain("genstage_dead_letter", "genstage_dead_letter_count");
		});
	}

	@Test
	void putsTheTablesIntoAnotherSchema() {
		this.jdbc
			.withPropertyValues("genstage.dead-letters.jdbc.table=stages.letters",
					"spring.datasource.url=%s;INIT=create schema if not exists stages".formatted(this.url))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(tables(context.getBean(JdbcTemplate.class))).contains("letters", "letters_count");
			});
	}

	@Test
	void refusesANameThatIsNone() {
		this.jdbc.withPropertyValues("genstage.dead-letters.jdbc.table=letters; drop table letters")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void saysWhichScriptIsToBeRun() {
		this.jdbc.withPropertyValues("genstage.dead-letters.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("table genstage_dead_letter is not there")
				.hasMessageContaining("run the script classpath:io/genstage/jdbc/dead-letters-h2.sql")
				.hasMessageContaining("genstage.dead-letters.jdbc.initialize-schema"));
	}

	@Test
	void reportsARetentionOutOfRangeWithAllElse() {
		this.jdbc.withPropertyValues("genstage.dead-letters.retention=-1s", "genstage.dead-letters.capacity=0")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("genstage.dead-letters.retention")
				.hasMessageContaining("genstage.dead-letters.capacity"));
	}

	@Test
	void knowsEachOfItsPropertiesAndNoOther() {
		this.jdbc
			.withPropertyValues("genstage.dead-letters.jdbc.refresh=5s", "genstage.dead-letters.jdbc.platform=h2",
					"genstage.dead-letters.jdbc.continue-on-error=true")
			.run((context) -> assertThat(context).hasNotFailed());
		this.jdbc.withPropertyValues("genstage.dead-letters.jdbc.tables=letters")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("there is no 'tables' of 'genstage.dead-letters.jdbc': did you mean 'table'?"));
	}

	@Test
	void replaysAfterARestartWhatHadFailedBefore() {
		ApplicationContextRunner shop = this.jdbc.withUserConfiguration(Shop.class)
			.withPropertyValues("spring.application.name=shop");
		shop.withPropertyValues("broken=true").run((context) -> {
			context.getBean(Shop.class).orders().offer(new Order("ada", List.of("tea")));
			// That others can be handled makes it the fault of the event.
			context.getBean(Shop.class).orders().offer(new Order("bob", List.of()));
			DeadLetterDesk desk = context.getBean(DeadLetterDesk.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(desk.counts().with("book", DeadLetter.Status.WAITING)).isEqualTo(1));
		});
		this.jdbc.withPropertyValues("spring.application.name=another")
			.run((context) -> assertThat(context.getBean(DeadLetterDesk.class).counts().total()).isZero());
		shop.run((context) -> {
			DeadLetterDesk desk = context.getBean(DeadLetterDesk.class);
			DeadLetter letter = desk.list(DeadLetterFilter.all(), null, 10).letters().get(0);
			assertThat(letter.causeMessage()).isEqualTo("no shelf");
			desk.replay(letter.id());
			Shop shopBean = context.getBean(Shop.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(shopBean.booked()).containsExactly(new Order("ada", List.of("tea"))));
			Awaitility.await().untilAsserted(() -> assertThat(desk.counts().groups()).isEmpty());
		});
	}

	private static List<String> tables(JdbcTemplate jdbc) {
		return jdbc.queryForList("select lower(table_name) from information_schema.tables", String.class);
	}

	record Order(String customer, List<String> goods) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		private final boolean broken;

		private final List<Order> booked = new CopyOnWriteArrayList<>();

		private final EventQueue<Order> orders = new EventQueue<>(10);

		Shop(Environment environment) {
			this.broken = environment.containsProperty("broken");
		}

		@Bean
		@Producer
		EventQueue<Order> orders() {
			return this.orders;
		}

		@Consumer(subscribeTo = "orders", failure = @Failure(maxRetries = "0"))
		void book(Order order) {
			if (this.broken && order.customer().equals("ada")) {
				throw new IllegalStateException("no shelf");
			}
			this.booked.add(order);
		}

		List<Order> booked() {
			return this.booked;
		}

	}

}
