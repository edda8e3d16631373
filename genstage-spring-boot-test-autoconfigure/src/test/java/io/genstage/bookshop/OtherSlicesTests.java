package io.genstage.bookshop;

import java.util.function.Consumer;
import java.util.function.Function;

import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.jdbc.JdbcDeadLetterStore;
import io.genstage.test.StageProbes;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Slices that are cut elsewhere.
 */
class OtherSlicesTests {

	/**
	 * With another component.
	 */
	@Nested
	@GenStageTest(includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = PriceList.class))
	@EnableConfigurationProperties(ShopProperties.class)
	class Wider {

		@Test
		void hasWhatWasIncluded(@Autowired StageProbes probes, @Autowired ShopProperties shop) {
			probes.emit("orders", "Emma");
			assertThat(probes.events("ledger")).containsExactly(new Invoice("Emma", 40));
			assertThat(shop.name()).isEqualTo("Ada's");
		}

	}

	/**
	 * With some components only.
	 */
	@Nested
	@GenStageTest({ OrderConfiguration.class, Ledger.class })
	class OfSomeComponents {

		@Test
		void hasTheirStages(@Autowired StageProbes probes, @Autowired ApplicationContext context) {
			assertThat(context.getBeanNamesForType(Pricing.class)).isEmpty();
			assertThat(context.getBeanNamesForType(Statistics.class)).isNotEmpty();
			probes.emit("orders", "Emma");
			assertThat(probes.events("ledger")).containsExactly(new Invoice("Emma", 1));
		}

		/**
		 * Stands in for the pricing.
		 */
		@TestConfiguration(proxyBeanMethods = false)
		static class Gifts {

			@Bean
			@ProducerConsumer(name = "pricing", subscribeTo = "orders")
			Function<String, Invoice> cheap() {
				return (title) -> new Invoice(title, 1);
			}

		}

	}

	/**
	 * With properties of a stage that isn't there.
	 */
	@Nested
	@GenStageTest(value = { OrderConfiguration.class, Pricing.class, Ledger.class },
			properties = "genstage.stages.archive.max-demand=10")
	@Import(PrintedPriceList.class)
	class WithPropertiesOfOthers {

		@Test
		void doesNotMind(@Autowired StageProbes probes) {
			probes.emit("orders", "Emma");
			assertThat(probes.events("ledger")).hasSize(1);
		}

	}

	/**
	 * Without a stage, in whose place the test has another one.
	 */
	@Nested
	@GenStageTest(excludeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Ledger.class))
	@Import(PrintedPriceList.class)
	class Narrower {

		@Test
		void hasTheStageOfTheTest(@Autowired StageProbes probes) {
			probes.emit("orders", "Emma");
			assertThat(probes.events("box")).containsExactly(new Invoice("Emma", 40));
		}

		/**
		 * Stands in for the ledger.
		 */
		@TestConfiguration(proxyBeanMethods = false)
		static class Box {

			@Bean
			@io.genstage.annotation.Consumer(subscribeTo = "pricing")
			Consumer<Invoice> box() {
				return (invoice) -> {
				};
			}

		}

	}

	/**
	 * With dead letters in the database.
	 */
	@Nested
	@GenStageTest(properties = "genstage.dead-letters.store=jdbc")
	@Import(PrintedPriceList.class)
	class WithADatabase {

		@Test
		void keepsDeadLettersInIt(@Autowired DeadLetterStore letters) {
			assertThat(letters).isInstanceOf(JdbcDeadLetterStore.class);
			assertThat(letters.counts().total()).isZero();
		}

	}

	/**
	 * With the database that the application has.
	 */
	@Nested
	@GenStageTest(properties = "spring.test.database.replace=none")
	@Import(PrintedPriceList.class)
	class WithTheDatabaseOfTheApplication {

		@Test
		void doesNotReplaceIt(@Autowired ApplicationContext context) {
			assertThat(context.getBean(com.zaxxer.hikari.HikariDataSource.class).getJdbcUrl())
				.isEqualTo("jdbc:h2:mem:production");
		}

	}

}
