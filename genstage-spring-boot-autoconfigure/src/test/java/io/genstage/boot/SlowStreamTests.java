package io.genstage.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.genstage.StageStatus;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Producers whose next element may take long.
 */
class SlowStreamTests {

	@ParameterizedTest
	@ValueSource(classes = { OfAMethod.class, OfABean.class, OfAnIterable.class })
	void handOnWhatIsThereAndEndInOrderWhileTheyBlock(Class<?> form) {
		PipedWriter socket = new PipedWriter();
		TestContexts.runner()
			.withBean(PipedWriter.class, () -> socket)
			.withBean(Keeping.class)
			.withUserConfiguration(form)
			.run((context) -> {
				write(socket, "a\nb\nc\n");
				TestContexts.sink(context).awaitExactly("a", "b", "c");
				write(socket, "d\n");
				TestContexts.sink(context).awaitExactly("a", "b", "c", "d");
				CompletableFuture<Void> stopped = TestContexts.registry(context).stop("lines").toCompletableFuture();
				await().untilAsserted(() -> assertThat(stopped).isCompleted());
				StageStatus lines = TestContexts.registry(context).stage("lines").orElseThrow().started().orElseThrow();
				assertThat(lines.isRunning()).isFalse();
				assertThat(lines.out()).isEqualTo(4);
				assertThat(lines.discarded()).isZero();
			});
	}

	private static void write(PipedWriter socket, String text) throws IOException {
		socket.write(text);
		socket.flush();
	}

	private static Stream<String> linesOf(PipedWriter socket) throws IOException {
		return new BufferedReader(new PipedReader(socket)).lines();
	}

	static class Keeping {

		private final Sink sink;

		Keeping(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "lines")
		void keep(String line) {
			this.sink.add(line);
		}

	}

	static class OfAMethod {

		private final PipedWriter socket;

		OfAMethod(PipedWriter socket) {
			this.socket = socket;
		}

		@Producer
		Stream<String> lines() throws IOException {
			return linesOf(this.socket);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfABean {

		@Bean
		@Producer
		Stream<String> lines(PipedWriter socket) throws IOException {
			return linesOf(socket);
		}

	}

	@Producer("lines")
	static class OfAnIterable implements Iterable<String> {

		private final Stream<String> lines;

		OfAnIterable(PipedWriter socket) throws IOException {
			this.lines = linesOf(socket);
		}

		@Override
		public Iterator<String> iterator() {
			return this.lines.iterator();
		}

	}

}
