package com.example.words;

import java.util.concurrent.TimeUnit;

import io.genstage.StageSystem;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The whole application, on threads.
 */
@SpringBootTest
class WordsApplicationTests {

	@Autowired
	private EventQueue<String> words;

	@Autowired
	private Archive archive;

	@Test
	void storesTheLengthsOfWords() throws Exception {
		this.words.send("ask").toCompletableFuture().get(1, TimeUnit.MINUTES);
		this.words.send("demand").toCompletableFuture().get(1, TimeUnit.MINUTES);
		await().untilAsserted(() -> assertThat(this.archive.lengths()).containsExactly(3, 6));
	}

	@Test
	void runsWithThePublishedJar() {
		assertThat(StageSystem.class.getPackage().getImplementationVersion())
			.isEqualTo(System.getProperty("expected.version"));
	}

}
