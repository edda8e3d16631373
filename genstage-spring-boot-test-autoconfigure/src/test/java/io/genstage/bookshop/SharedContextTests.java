package io.genstage.bookshop;

import java.time.Duration;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.failure.EventRejectedException;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that come one after the other and share a context, as long as none of them leaves
 * its stages in another state.
 */
class SharedContextTests {

	/**
	 * With an instance for each test, as usual.
	 */
	@Nested
	@GenStageTest(properties = "shared=by-instances")
	@Import(PrintedPriceList.class)
	class OfInstances extends Sequence {

	}

	/**
	 * With one instance, which is given the beans of the new context.
	 */
	@Nested
	@GenStageTest(properties = "shared=by-one")
	@Import(PrintedPriceList.class)
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	class OfOneInstance extends Sequence {

	}

	/**
	 * What happens in either of them.
	 */
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	abstract static class Sequence {

		private static @Nullable ConfigurableApplicationContext last;

		@Autowired
		private ConfigurableApplicationContext context;

		@Autowired
		private StageProbes probes;

		@Autowired
		private TestSystem time;

		@Autowired
		private DeadLetterDesk desk;

		@Autowired
		private StageRegistry registry;

		@Test
		@Order(1)
		void oneSendsFailsAndLeavesAFailureToCome() {
			this.probes.failNext("ledger", 1, new EventRejectedException("no page left"));
			this.probes.emit("orders", "Emma");
			assertThat(this.desk).hasLetters(1);
			this.probes.failNext("ledger", 100, new EventRejectedException("no page left"));
			last = this.context;
		}

		@Test
		@Order(2)
		void theNextOneMeetsNothingOfIt() {
			assertThat(this.context).isSameAs(last);
			assertThat(this.probes.events("orders")).isEmpty();
			assertThat(this.desk).hasNoLetters();
			this.probes.emit("orders", "Persuasion");
			assertThat(this.probes.events("ledger")).containsExactly(new Invoice("Persuasion", 100));
		}

		@Test
		@Order(3)
		void oneLeavesAnEventThatWaitsForARetry() {
			assertThat(this.context).isSameAs(last);
			this.probes.failNext("ledger", 1, new IllegalStateException("no ink"));
			this.probes.emit("orders", "Emma");
			assertThat(this.probes.events("ledger")).isEmpty();
		}

		@Test
		@Order(4)
		void theNextOneHasANewContext() {
			assertThat(this.context).isNotSameAs(last);
			assertThat(last).isNotNull().extracting(ConfigurableApplicationContext::isActive).isEqualTo(false);
			this.time.advance(Duration.ofHours(1));
			assertThat(this.probes.events("ledger")).isEmpty();
			last = this.context;
		}

		@Test
		@Order(5)
		void onePausesAStage() {
			assertThat(this.context).isSameAs(last);
			this.registry.pause("ledger");
		}

		@Test
		@Order(6)
		void itGoesOnInTheNextOne() {
			assertThat(this.context).isNotSameAs(last);
			this.probes.emit("orders", "Emma");
			assertThat(this.probes.events("ledger")).hasSize(1);
		}

	}

}
