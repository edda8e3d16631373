package io.genstage.bookshop;

import java.time.Duration;

import io.genstage.boot.test.autoconfigure.AutoConfigureStageProbes;
import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.jdbc.JdbcDeadLetterStore;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with the threads and the clock of the application.
 */
class RealTimeTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/**
	 * A slice without time of its own.
	 */
	@Nested
	@GenStageTest(virtualTime = false)
	@Import(PrintedPriceList.class)
	class Slice {

		@Test
		void hasThreads(@Autowired StageProbes probes, @Autowired ApplicationContext context) {
			assertThat(context.getBeanNamesForType(TestSystem.class)).isEmpty();
			assertThat(context.containsBean("genstageTaskExecutor")).isTrue();
			probes.emit("orders", "Emma");
			assertThat(probes.await("ledger", 1, PATIENCE)).containsExactly(new Invoice("Emma", 40));
		}

	}

	/**
	 * The whole application.
	 */
	@Nested
	@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@AutoConfigureStageProbes
	class Application {

		@Test
		void isTapped(@Autowired StageProbes probes, @Autowired ApplicationContext context) {
			assertThat(context.getBeanNamesForType(ShopProperties.class)).isNotEmpty();
			assertThat(context.getBeanNamesForType(TestSystem.class)).isEmpty();
			assertThat(context.getBeanNamesForType(JdbcDeadLetterStore.class)).isNotEmpty();
			probes.emit("orders", "Emma");
			assertThat(probes.await("ledger", 1, PATIENCE)).containsExactly(new Invoice("Emma", 40));
		}

	}

	/**
	 * The whole application, in virtual time.
	 */
	@Nested
	@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@AutoConfigureStageProbes(virtualTime = true)
	class ApplicationWithoutAClock {

		@Test
		void runsOnThisThread(@Autowired StageProbes probes) {
			probes.emit("orders", "Emma");
			assertThat(probes.events("ledger")).containsExactly(new Invoice("Emma", 40));
		}

	}

}
