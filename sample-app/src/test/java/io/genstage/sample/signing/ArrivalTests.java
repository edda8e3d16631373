package io.genstage.sample.signing;

import io.genstage.sample.Sample;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the door answers to arrivals that are no readers.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.quakes.feed=classpath:malformed.geojson")
@AutoConfigureRestTestClient
class ArrivalTests {

	@Autowired
	private RestTestClient http;

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			{"ticket": "SIGN-0001"}              | 'name' must be a text of 1 to 100 characters
			{"name": " ", "ticket": "SIGN-0001"} | 'name' must be a text of 1 to 100 characters
			{"name": "Ada", "ticket": null}      | 'ticket' must be a text of 1 to 20 characters
			{"name": "Ada", "ticket": "SIGN-00000000000000000"} | 'ticket' must be a text of 1 to 20 characters
			{"name": ["Ada"], "ticket": "SIGN-0001"}            | Failed to read request
			{"name": "Ada                        | Failed to read request
			null                                 | Failed to read request
			""")
	void refusesAnArrivalThatIsNoReader(String body, String detail) {
		this.http.post()
			.uri("/signing/arrivals")
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo(detail);
		assertThat(Sample.get(this.http, "/signing").path("arrived").asInt()).isZero();
	}

}
