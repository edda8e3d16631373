package io.genstage.jdbc;

import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageDeadLettersEndpoint;
import io.genstage.boot.actuate.RequestPath;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.ReplayOptions;
import io.genstage.jdbc.autoconfigure.GenStageJdbcDeadLettersAutoConfiguration;
import io.genstage.jdbc.database.Database;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The way that {@code docs/dead-letters.md} describes: from a line in the log to an event
 * that was handled after all.
 */
@ExtendWith(OutputCaptureExtension.class)
class FromFailureToReplayTests {

	private static final Pattern KEPT = Pattern
		.compile("an event has failed and is kept: dead letter (\\S+) of stage 'book' \\("
				+ Pattern.quote(Order.class.getName()) + ", java.lang.IllegalStateException, WAITING\\)");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(GenStageAutoConfiguration.class, GenStageJdbcDeadLettersAutoConfiguration.class,
						DataSourceAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withUserConfiguration(Shop.class)
		.withPropertyValues("spring.datasource.url=" + Database.H2.newUrl(), "genstage.dead-letters.store=jdbc");

	@Test
	void leadsFromALineInTheLogToAnEventThatIsHandled(CapturedOutput output) {
		this.runner.run((context) -> {
			Shop shop = context.getBean(Shop.class);
			shop.orders().offer(new Order("ada", 3));
			shop.orders().offer(new Order("bob", 1));
			Awaitility.await().untilAsserted(() -> assertThat(output.getOut()).containsPattern(KEPT));
			Matcher line = KEPT.matcher(output.getOut());
			assertThat(line.find()).isTrue();
			UUID id = UUID.fromString(line.group(1));
			GenStageDeadLettersEndpoint endpoint = endpoint(context);
			assertThat(body(endpoint.letters(Grace.INSTANCE, "book", null, null, null, null))).contains(id.toString());
			assertThat(body(endpoint.letter(Grace.INSTANCE, path(id.toString())))).contains("no shelf", "ada")
				.contains("\"attempts\":1");
			assertThat(body(endpoint.letter(Grace.INSTANCE, path("counts")))).contains("\"total\":1");
			shop.repair();
			change(endpoint, null, id.toString(), "replay");
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(shop.booked()).containsExactly(new Order("bob", 1), new Order("ada", 3)));
			Awaitility.await()
				.untilAsserted(() -> assertThat(body(endpoint.letter(Grace.INSTANCE, path("counts"))))
					.contains("\"total\":0"));
			assertThat(output.getOut())
				.contains("'grace' replays 1 dead letter: dead letter %s of stage 'book'".formatted(id));
		});
	}

	@Test
	void showsAndLogsWhoAbandonsAndDropsLetters(CapturedOutput output) {
		this.runner.run((context) -> {
			JdbcDeadLetterStore store = context.getBean(JdbcDeadLetterStore.class);
			GenStageDeadLettersEndpoint endpoint = endpoint(context);
			UUID first = append(store, new Order("ada", 1));
			UUID second = append(store, new Order("bob", 2));
			change(endpoint, "wrong address", first.toString(), "abandon");
			assertThat(body(endpoint.letters(Grace.INSTANCE, null, null, "abandoned", null, null)))
				.contains(first.toString(), "wrong address")
				.doesNotContain(second.toString());
			assertThat(endpoint.dropOne(Grace.INSTANCE, path(second.toString())).getStatus()).isEqualTo(200);
			assertThat(store.find(second)).isEmpty();
			assertThat(output.getOut()).contains("'grace' drops 1 dead letter: dead letter " + second);
		});
	}

	@Test
	void leavesALetterWithAReasonThatCanNotBeReadAnyMore() {
		this.runner.run((context) -> {
			JdbcDeadLetterStore store = context.getBean(JdbcDeadLetterStore.class);
			UUID former = append(store, new FormerOrder("ada", 1));
			DeadLetterDesk desk = context.getBean(DeadLetterDesk.class);
			desk.replay(former);
			Awaitility.await().untilAsserted(() -> assertThat(desk.get(former)).hasValueSatisfying((letter) -> {
				assertThat(letter.status()).isEqualTo(DeadLetter.Status.WAITING);
				assertThat(letter.reason()).startsWith("can't read " + FormerOrder.class.getName())
					.contains("but stage 'book' takes " + Order.class.getName());
			}));
		});
	}

	@Test
	void keepsTheOrderOfAKeyWhileOthersOfItComeAndFail() {
		this.runner.run((context) -> {
			JdbcDeadLetterStore store = context.getBean(JdbcDeadLetterStore.class);
			Shop shop = context.getBean(Shop.class);
			shop.repair();
			for (int amount = 1; amount <= 5; amount++) {
				append(store, new Order("ada", amount));
			}
			DeadLetterDesk desk = context.getBean(DeadLetterDesk.class);
			shop.onBooking((order) -> {
				if (order.amount() <= 5) {
					append(store, new Order("ada", order.amount() + 5));
				}
			});
			List<Integer> expected = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
			replayAll(desk);
			replayAll(desk);
			assertThat(shop.booked()).extracting(Order::amount).isEqualTo(expected);
		});
	}

	private static void replayAll(DeadLetterDesk desk) {
		desk.replay(DeadLetterFilter.all().withStage("book"), ReplayOptions.defaults())
			.whenDone()
			.toCompletableFuture()
			.orTimeout(30, TimeUnit.SECONDS)
			.join();
	}

	private static UUID append(JdbcDeadLetterStore store, Object order) {
		DeadLetter letter = DeadLetter.of("book", order, Instant.now()).withKey("ada");
		return store.append(letter, order).toCompletableFuture().join().id();
	}

	private static GenStageDeadLettersEndpoint endpoint(ApplicationContext context) {
		return new GenStageDeadLettersEndpoint(context.getBean(DeadLetterDesk.class),
				context.getBean(StageRegistry.class), List.of(), Show.ALWAYS, Set.of());
	}

	private static RequestPath path(String... segments) {
		return new RequestPath(List.of(segments));
	}

	private static void change(GenStageDeadLettersEndpoint endpoint, @Nullable String reason, String... path) {
		assertThat(endpoint.change(Grace.INSTANCE, path(path), null, null, null, null, null, null, reason).getStatus())
			.isEqualTo(200);
	}

	private static String body(WebEndpointResponse<?> response) {
		assertThat(response.getStatus()).isEqualTo(200);
		return JsonMapper.builder().build().writeValueAsString(Map.of("body", response.getBody()));
	}

	record Order(String customer, int amount) {
	}

	record FormerOrder(String customer, int amount) {
	}

	/**
	 * Who asks.
	 */
	private static final class Grace implements SecurityContext {

		static final Grace INSTANCE = new Grace();

		@Override
		public Principal getPrincipal() {
			return () -> "grace";
		}

		@Override
		public boolean isUserInRole(String role) {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		private final EventQueue<Order> orders = new EventQueue<>(10);

		private final List<Order> booked = new CopyOnWriteArrayList<>();

		private volatile boolean broken = true;

		private volatile java.util.function.Consumer<Order> onBooking = (order) -> {
		};

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
