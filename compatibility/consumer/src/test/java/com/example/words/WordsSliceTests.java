package com.example.words;

import java.time.Duration;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.test.StageProbes;
import io.genstage.test.TestSystem;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.verify;

/**
 * The stages alone, without threads.
 */
@GenStageTest
class WordsSliceTests {

	@MockitoBean
	private Archive archive;

	@Test
	void triesAgain(@Autowired StageProbes probes, @Autowired TestSystem time) {
		probes.failNext("store", 1, new IllegalStateException("not yet"));
		probes.emit("words", "demand");
		assertThat(probes.events("store")).isEmpty();
		time.advance(Duration.ofSeconds(1));
		verify(this.archive).store(6);
	}

}
