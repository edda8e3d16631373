package io.genstage.howto;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.delivery.Outcome;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.web.client.RestClient;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.method;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withBadRequest;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withServerError;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withTooManyRequests;

/**
 * Calls of a remote service.
 */
@GenStageTest(value = { OrderQueue.class, Charging.class },
		properties = "spring.config.location=classpath:/io/genstage/howto/remote-call.yml")
class RemoteCallTests {

	private static final Order ORDER = new Order(1, "Ann", 3);

	@Autowired
	private StageProbes probes;

	@Autowired
	private TestSystem time;

	@Autowired
	private DeadLetterDesk desk;

	@Autowired
	private MockRestServiceServer bank;

	@BeforeEach
	void forgetCalls() {
		this.bank.reset();
	}

	@Test
	void areMadeAgainWhenTheServiceSaysSo() {
		this.bank.expect(requestTo("/charges/1")).andExpect(method(HttpMethod.PUT)).andRespond(withTooManyRequests(30));
		this.bank.expect(requestTo("/charges/1")).andRespond(withSuccess());
		CompletableFuture<Outcome> charged = this.probes.deliver("orders", ORDER);
		this.time.advance(Duration.ofSeconds(29));
		assertThat(charged).isNotDone();
		this.time.advance(Duration.ofSeconds(2));
		assertThat(charged).isCompletedWithValue(Outcome.ACCEPTED);
		this.bank.verify();
	}

	@Test
	void areMadeAgainAfterAPauseWhenTheyFail() {
		this.bank.expect(requestTo("/charges/1")).andRespond(withServerError());
		this.bank.expect(requestTo("/charges/1")).andRespond(withSuccess());
		CompletableFuture<Outcome> charged = this.probes.deliver("orders", ORDER);
		assertThat(charged).isNotDone();
		this.time.advance(Duration.ofSeconds(2));
		assertThat(charged).isCompletedWithValue(Outcome.ACCEPTED);
		this.bank.verify();
	}

	@Test
	void areNotMadeAgainForWhatIsWrong() {
		this.bank.expect(requestTo("/charges/1")).andRespond(withBadRequest());
		this.probes.emit("orders", ORDER);
		assertThat(this.desk).fromStage("charge").hasLetters(1).events().containsExactly(ORDER);
		this.bank.verify();
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
