package io.genstage.bookshop;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Outcome;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.failure.EventRejectedException;
import io.genstage.source.EventQueue;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * The stages of an application without the rest of it.
 */
@GenStageTest
class SliceTests {

	@Autowired
	private ApplicationContext context;

	@Autowired
	private StageProbes probes;

	@Autowired
	private TestSystem time;

	@Autowired
	private DeadLetterDesk desk;

	@Autowired
	private EventQueue<String> orders;

	@MockitoBean
	private PriceList prices;

	@BeforeEach
	void setPrices() {
		given(this.prices.priceOf("Emma")).willReturn(12);
	}

	@Test
	void runsStagesOnTheThreadThatSendsThemSomething() {
		this.probes.emit("orders", "Emma");
		assertThat(this.probes.events("ledger")).containsExactly(new Invoice("Emma", 12));
	}

	@Test
	void letsTheSourcesOfTheApplicationSend() {
		assertThat(this.orders.offer("Emma")).isTrue();
		assertThat(this.probes.events("ledger")).containsExactly(new Invoice("Emma", 12));
	}

	@Test
	void letsTimePassForRetries() {
		this.probes.failNext("pricing", 2, new IllegalStateException("no light"));
		CompletableFuture<Outcome> entered = this.probes.deliver("orders", "Emma");
		this.time.advance(Duration.ofSeconds(2));
		assertThat(entered).isNotDone();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(entered).isCompletedWithValue(Outcome.ACCEPTED);
	}

	@Test
	void keepsDeadLettersInMemoryThoughTheApplicationKeepsThemInItsDatabase() {
		assertThat(this.context.getBean(DeadLetterStore.class)).isInstanceOf(MemoryDeadLetterStore.class);
		this.probes.failNext("ledger", 1, new EventRejectedException("no page left"));
		this.probes.emit("orders", "Emma");
		assertThat(this.desk).fromStage("ledger").hasLetters(1).events().containsExactly(new Invoice("Emma", 12));
	}

	@Test
	void hasWhatTheApplicationAddsToTheEngine() {
		assertThat(this.context.getBean(Statistics.class).changes).hasPositiveValue();
	}

	@Test
	void leavesOutOtherComponentsAndProperties() {
		assertThat(this.context.getBeanNamesForType(PrintedPriceList.class)).isEmpty();
		assertThat(this.context.getBeanNamesForType(ShopProperties.class)).isEmpty();
	}

	@Test
	void hasNoOtherAutoConfigurationAndNoServer() {
		assertThat(this.context.containsBean("dispatcherServlet")).isFalse();
		assertThat(this.context.containsBean("applicationTaskExecutor")).isFalse();
		assertThat(this.context.containsBean("tomcatServletWebServerFactory")).isFalse();
	}

	@Test
	void hasADatabaseOfItsOwn() throws SQLException {
		try (Connection connection = this.context.getBean(DataSource.class).getConnection()) {
			assertThat(connection.getMetaData().getURL()).startsWith("jdbc:h2:mem:").doesNotContain("production");
		}
	}

	/**
	 * Tests in a class of their own share the context.
	 */
	@Nested
	class WhenAPriceIsUnknown {

		@BeforeEach
		void forgetThePrice() {
			given(SliceTests.this.prices.priceOf("Emma")).willThrow(new EventRejectedException("out of print"));
		}

		@Test
		void theOrderIsADeadLetter() {
			SliceTests.this.probes.emit("orders", "Emma");
			assertThat(SliceTests.this.desk).hasLetters(1).fromStage("pricing").hasLetters(1);
			assertThat(SliceTests.this.probes.events("ledger")).isEmpty();
		}

	}

}
