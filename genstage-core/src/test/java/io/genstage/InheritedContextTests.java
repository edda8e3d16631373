package io.genstage;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What stages inherit from the threads that wake them.
 */
class InheritedContextTests {

	private static final ThreadLocal<String> TENANT = new InheritableThreadLocal<>();

	@Test
	void isNothing() throws Exception {
		EventQueue<String> orders = new EventQueue<>(10);
		CompletableFuture<String> seen = new CompletableFuture<>();
		ConsumerStage<String> consumer = (events, from) -> seen
			.complete(Objects.requireNonNullElse(TENANT.get(), "nothing"));
		try (StageSystem system = StageSystem.create()) {
			StageRef queue = system.start("orders", orders);
			StageRef keeper = system.start("keeper", consumer);
			keeper.subscribeTo(queue, SubscribeOptions.defaults()).toCompletableFuture().get(30, TimeUnit.SECONDS);
			TENANT.set("of the request");
			assertThat(orders.offer("a")).isTrue();
			assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("nothing");
		}
		finally {
			TENANT.remove();
		}
	}

}
