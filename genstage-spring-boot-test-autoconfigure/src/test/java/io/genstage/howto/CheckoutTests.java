package io.genstage.howto;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.delivery.Outcome;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.source.EventQueue;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.client.RestClient;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withBadRequest;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withServerError;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * A whole pipeline.
 */
@GenStageTest(value = { CheckoutQueue.class, CheckoutStages.class },
		properties = { "spring.config.location=classpath:/io/genstage/howto/whole-pipeline.yml",
				"spring.sql.init.schema-locations=classpath:/io/genstage/howto/orders.sql" })
class CheckoutTests {

	// tag::test[]
	@Test
	void paysAndStoresAnOrder() {
		this.bank.expect(requestTo("/charges/1")).andRespond(withServerError());
		this.bank.expect(requestTo("/charges/1")).andRespond(withSuccess());
		CompletableFuture<Outcome> outcome = this.probes.deliver("checkouts", ORDER);
		this.time.advance(Duration.ofSeconds(5));
		assertThat(outcome).isCompletedWithValue(Outcome.ACCEPTED);
		assertThat(customers()).containsExactly("Ann");
	}

	@Test
	void keepsAnOrderThatTheBankRefuses() {
		this.bank.expect(requestTo("/charges/1")).andRespond(withBadRequest());
		this.probes.emit("checkouts", ORDER);
		assertThat(this.desk).fromStage("pay").hasLetters(1).events().containsExactly(ORDER);
		assertThat(customers()).isEmpty();
	}
	// end::test[]

	private static final Order ORDER = new Order(1, "Ann", 3);

	@Autowired
	private StageProbes probes;

	@Autowired
	private TestSystem time;

	@Autowired
	private DeadLetterDesk desk;

	@Autowired
	private MockRestServiceServer bank;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private CheckoutStages stages;

	@Autowired
	private EventQueue<Order> checkouts;

	@BeforeEach
	void forgetOrders() {
		this.bank.reset();
		this.jdbc.update("delete from orders");
	}

	@Test
	void keepsTheOrderOfACustomerWhileAnOrderIsTriedAgain() {
		this.bank.expect(requestTo("/charges/1")).andRespond(withServerError());
		this.bank.expect(requestTo("/charges/1")).andRespond(withSuccess());
		this.bank.expect(requestTo("/charges/2")).andRespond(withSuccess());
		this.probes.emit("checkouts", ORDER, new Order(2, "Ann", 1));
		this.time.advance(Duration.ofSeconds(5));
		assertThat(this.stages.lastOrderOf("Ann")).isEqualTo(2);
		assertThat(customers()).containsExactly("Ann", "Ann");
	}

	@Test
	void leavesOutTheRowAtFault() {
		this.bank.expect(requestTo("/charges/1")).andRespond(withSuccess());
		this.bank.expect(requestTo("/charges/2")).andRespond(withSuccess());
		Order nothing = new Order(2, "Bob", 0);
		this.probes.emit("checkouts", ORDER, nothing);
		this.time.advance(Duration.ofMinutes(1));
		assertThat(customers()).containsExactly("Ann");
		assertThat(this.desk).fromStage("store").hasLetters(1).events().containsExactly(nothing);
	}

	@Test
	void answersWhenAnOrderIsStored() throws Exception {
		MockMvc mvc = MockMvcBuilders.standaloneSetup(new CheckoutController(this.checkouts)).build();
		this.bank.expect(requestTo("/charges/1")).andRespond(withSuccess());
		MvcResult begun = mvc
			.perform(post("/checkouts").contentType(MediaType.APPLICATION_JSON)
				.content("{\"id\": 1, \"customer\": \"Ann\", \"amount\": 3}"))
			.andReturn();
		this.time.advance(Duration.ofSeconds(1));
		mvc.perform(asyncDispatch(begun)).andExpect(status().isOk());
		assertThat(customers()).containsExactly("Ann");
	}

	private List<String> customers() {
		return this.jdbc.queryForList("select customer from orders order by id", String.class);
	}

	/**
	 * A bank of the test.
	 */
	@TestConfiguration
	static class Bank {

		private final RestClient.Builder client = RestClient.builder();

		private final MockRestServiceServer server = MockRestServiceServer.bindTo(this.client).build();

		@Bean
		RestClient client() {
			return this.client.build();
		}

		@Bean
		MockRestServiceServer server() {
			return this.server;
		}

	}

}
