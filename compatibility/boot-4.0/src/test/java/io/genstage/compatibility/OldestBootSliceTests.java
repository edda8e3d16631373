package io.genstage.compatibility;

import java.time.Duration;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.source.EventQueue;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice with the oldest version of Spring Boot that works.
 */
@GenStageTest
@ContextConfiguration(classes = OldestBootSliceTests.Application.class)
class OldestBootSliceTests {

	@Test
	void hasProbesAndTime(@Autowired StageProbes probes, @Autowired TestSystem time) {
		assertThat(SpringBootVersion.getVersion()).startsWith("4.0.");
		probes.failNext("keep", 1, new IllegalStateException("not yet"));
		probes.emit("letters", "a");
		assertThat(probes.events("keep")).isEmpty();
		time.advance(Duration.ofSeconds(1));
		assertThat(probes.events("keep")).containsExactly("a");
	}

	@Test
	void hasNothingElse(@Autowired ApplicationContext context, @Autowired StageProbes probes) {
		assertThat(context.containsBean("dispatcherServlet")).isFalse();
		assertThat(probes.events("letters")).isEmpty();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		@Producer
		EventQueue<String> letters() {
			return new EventQueue<>(10);
		}

		@Consumer(subscribeTo = "letters")
		void keep(String letter) {
			// Its probe sees it.
		}

	}

}
