package io.genstage.sample.signing;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import io.genstage.failure.EventRejectedException;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.Test;

import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A reader whose book can't be signed now, in a database.
 */
class KeptReadersTests {

	@Test
	void getTheirBookByAReplay() {
		AtomicBoolean ink = new AtomicBoolean();
		try (Sample sample = Sample.startWith((context) -> context.registerBean("drying", Pen.class, () -> {
			Pen pen = context.getBean("recordingPen", Pen.class);
			return (reader) -> {
				if (!ink.get()) {
					throw new EventRejectedException("no ink");
				}
				pen.sign(reader);
			};
		}, (definition) -> definition.setPrimary(true)), List.of(), "spring.profiles.active=jdbc",
				"spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(), "sample.quakes.feed=classpath:torn.geojson",
				"sample.signing.patience=20s", "management.endpoint.genstagedeadletters.access=unrestricted")) {
			JdbcTemplate jdbc = sample.bean(JdbcTemplate.class);
			post(sample, "/signing/arrivals", "{\"name\": \"Ada\", \"ticket\": \"SIGN-0001\"}", 202);
			assertThat(letters(jdbc)).isOne();
			assertThat(signed(jdbc)).isEmpty();
			ink.set(true);
			post(sample, "/actuator/genstagedeadletters/replay", "{\"stage\": \"author\"}", 200);
			Sample.await().untilAsserted(() -> {
				assertThat(signed(jdbc)).containsExactly("SIGN-0001");
				assertThat(letters(jdbc)).isZero();
			});
		}
	}

	private static void post(Sample sample, String uri, String body, int status) {
		sample.http()
			.post()
			.uri(uri)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectStatus()
			.isEqualTo(status);
	}

	private static Integer letters(JdbcTemplate jdbc) {
		return jdbc.queryForObject("select count(*) from genstage_dead_letter where stage = 'author'", Integer.class);
	}

	private static List<String> signed(JdbcTemplate jdbc) {
		return jdbc.queryForList("select ticket from signed_book", String.class);
	}

}
