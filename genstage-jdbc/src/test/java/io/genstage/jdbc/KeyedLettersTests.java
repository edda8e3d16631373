package io.genstage.jdbc;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.Replay;
import io.genstage.desk.ReplayOptions;
import io.genstage.jdbc.autoconfigure.GenStageJdbcDeadLettersAutoConfiguration;
import io.genstage.jdbc.database.Database;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose events have keys, and whose dead letters are in a database.
 */
class KeyedLettersTests {

	private final String url = Database.H2.newUrl();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(GenStageAutoConfiguration.class, GenStageJdbcDeadLettersAutoConfiguration.class,
						DataSourceAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withUserConfiguration(Shop.class)
		.withPropertyValues("spring.datasource.url=" + this.url, "spring.datasource.generate-unique-name=false",
				"genstage.dead-letters.store=jdbc");

	private static void order(ApplicationContext context, String customer, int number) {
		context.getBean(Shop.class).orders().offer(new Order(customer, number));
	}

	/** Orders of customers that share a partition with any other one. */
	private static void orderForOthers(ApplicationContext context) {
		List<String> others = IntStream.range(0, 10).mapToObj((number) -> "other" + number).toList();
		others.forEach((customer) -> order(context, customer, 1));
		Awaitility.await()
			.untilAsserted(() -> assertThat(context.getBean(Shop.class).booked()).extracting(Order::customer)
				.containsAll(others));
	}

	private static List<Integer> booked(ApplicationContext context, String customer) {
		return context.getBean(Shop.class)
			.booked()
			.stream()
			.filter((order) -> order.customer().equals(customer))
			.map(Order::number)
			.toList();
	}

	private static List<DeadLetter> lettersOf(ApplicationContext context, String customer) {
		return context.getBean(DeadLetterDesk.class)
			.list(DeadLetterFilter.all().withKey(customer), null, 100)
			.letters()
			.stream()
			.sorted(Comparator.comparing(DeadLetter::position))
			.toList();
	}

	private static void awaitLetters(ApplicationContext context, String customer, int number) {
		Awaitility.await().untilAsserted(() -> assertThat(lettersOf(context, customer)).hasSize(number));
	}

	private static void awaitBooked(ApplicationContext context, String customer, Integer... numbers) {
		Awaitility.await().untilAsserted(() -> assertThat(booked(context, customer)).containsExactly(numbers));
	}

	private static Replay replayAll(ApplicationContext context) {
		return context.getBean(DeadLetterDesk.class)
			.replay(DeadLetterFilter.all().withCauseType(IllegalStateException.class.getName()),
					ReplayOptions.defaults())
			.whenDone()
			.toCompletableFuture()
			.orTimeout(30, TimeUnit.SECONDS)
			.join();
	}

	@Test
	void waitInOrderWhileOthersGoOnAndAreHandledInOrderByAReplay() {
		this.runner.run((context) -> {
			order(context, "ada", 1);
			order(context, "ada", 2);
			orderForOthers(context);
			order(context, "ada", 3);
			awaitLetters(context, "ada", 3);
			assertThat(lettersOf(context, "ada").get(0).causeType()).isEqualTo(IllegalStateException.class.getName());
			assertThat(lettersOf(context, "ada").get(2).reason()).isEqualTo("behind a dead letter of its key");
			context.getBean(Shop.class).repair();
			assertThat(replayAll(context).failedAgain()).isZero();
			order(context, "ada", 4);
			awaitBooked(context, "ada", 1, 2, 3, 4);
			assertThat(lettersOf(context, "ada")).isEmpty();
		});
	}

	@Test
	void keepTheirOrderWhileOthersComeDuringTheReplay() {
		this.runner.run((context) -> {
			order(context, "ada", 1);
			orderForOthers(context);
			awaitLetters(context, "ada", 1);
			Shop shop = context.getBean(Shop.class);
			shop.repair();
			shop.onBooking((order) -> {
				if (order.customer().equals("ada") && order.number() < 20) {
					order(context, "ada", order.number() + 1);
				}
			});
			replayAll(context);
			awaitBooked(context, "ada", IntStream.rangeClosed(1, 20).boxed().toArray(Integer[]::new));
			assertThat(lettersOf(context, "ada")).isEmpty();
		});
	}

	@Test
	void stillWaitAfterARestartOfTheApplication() {
		this.runner.run((context) -> {
			order(context, "ada", 1);
			orderForOthers(context);
			awaitLetters(context, "ada", 1);
		});
		this.runner.run((context) -> {
			context.getBean(Shop.class).repair();
			order(context, "ada", 2);
			awaitLetters(context, "ada", 2);
			replayAll(context);
			awaitBooked(context, "ada", 1, 2);
		});
	}

	@Test
	void ofOtherApplicationsDontWait() {
		this.runner.withPropertyValues("spring.application.name=bank").run((context) -> {
			order(context, "ada", 1);
			orderForOthers(context);
			awaitLetters(context, "ada", 1);
		});
		this.runner.withPropertyValues("spring.application.name=shop").run((context) -> {
			context.getBean(Shop.class).repair();
			order(context, "ada", 2);
			awaitBooked(context, "ada", 2);
		});
	}

	@Test
	void areHandledAtOnceIfThatIsTurnedOff() {
		this.runner.withPropertyValues("genstage.dead-letters.max-per-key=0").run((context) -> {
			order(context, "ada", 1);
			orderForOthers(context);
			awaitLetters(context, "ada", 1);
			order(context, "ada", 2);
			awaitBooked(context, "ada", 2);
		});
	}

	record Order(String customer, int number) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		private final EventQueue<Order> orders = new EventQueue<>(100);

		private final List<Order> booked = new CopyOnWriteArrayList<>();

		private volatile boolean broken = true;

		private volatile java.util.function.Consumer<Order> onBooking = (order) -> {
		};

		@Bean
		@Producer(dispatcher = "partition", partitions = 2, partitionBy = "customer")
		EventQueue<Order> orders() {
			return this.orders;
		}

		@Consumer(subscribeTo = "orders", concurrency = 2, failure = @Failure(maxRetries = "0"))
		void book(Order order) {
			if (this.broken && order.equals(new Order("ada", 1))) {
				throw new IllegalStateException("no shelf");
			}
			this.booked.add(order);
			this.onBooking.accept(order);
		}

		void repair() {
			this.broken = false;
		}

		void onBooking(java.util.function.Consumer<Order> step) {
			this.onBooking = step;
		}

		List<Order> booked() {
			return this.booked;
		}

	}

}
