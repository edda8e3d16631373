package io.genstage.sample.signing;

import java.util.List;

import io.genstage.boot.StageDefinitionCustomizer;
import io.genstage.sample.Sample;
import io.genstage.test.StageProbes;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The stages of the book signing, tapped in the running application.
 */
@SpringBootTest(properties = "sample.quakes.feed=classpath:malformed.geojson")
class ProbedSigningTests {

	private static final Reader ADA = new Reader("Ada", "SIGN-0001");

	private static final Reader BOB = new Reader("Bob", "PARK-0001");

	private static final Reader CLEO = new Reader("Cleo", "SIGN-0002");

	@Test
	void theTicketCheckLetsOnlyReadersPassWhoseTicketIsRight(@Autowired StageProbes probes, @Autowired TestPen pen) {
		pen.allow(2);
		probes.emit("line", ADA, BOB, CLEO);
		assertThat(probes.await("author", 2, Sample.PATIENCE)).containsExactly(ADA, CLEO);
		assertThat(probes.events("line")).containsExactly(ADA, BOB, CLEO);
		assertThat(probes.events("tickets")).isEqualTo(List.of(ADA, CLEO));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Probes {

		@Bean
		StageProbes probes() {
			return new StageProbes();
		}

		@Bean
		StageDefinitionCustomizer tapped(StageProbes probes) {
			return probes::tap;
		}

		@Bean
		@Primary
		TestPen testPen() {
			return new TestPen();
		}

	}

}
