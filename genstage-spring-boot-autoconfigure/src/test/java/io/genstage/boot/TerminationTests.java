package io.genstage.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.Discard;
import io.genstage.StageListener;
import io.genstage.StageRef;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Producer;
import io.genstage.boot.JoinedPipelinesTests.Entry;
import io.genstage.boot.JoinedPipelinesTests.Ledger;
import io.genstage.boot.JoinedPipelinesTests.Load;
import io.genstage.boot.JoinedPipelinesTests.Shape;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes under load that get the signal to terminate.
 */
@NewerJdkOnly
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a process can't be asked to terminate here")
@Timeout(400)
class TerminationTests {

	private static final int SEEDS = 2;

	@BeforeAll
	static void canAskProcessesToTerminate() {
		assertThat(ProcessHandle.current().supportsNormalTermination()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void handleAllThatTheyHaveAccepted(Shape shape) throws Exception {
		for (int seed = 1; seed <= SEEDS; seed++) {
			String output = terminated(shape.name(), seed);
			assertThat(output).as("seed %d", seed)
				.containsPattern("accepted [1-9]\\d*, not handled 0, handled twice 0, lost 0\\R");
		}
	}

	@Test
	void logEachFailureWithItsStackAndCountWhatItCosts() throws Exception {
		String output = terminated("FAILING", 1);
		assertThat(output).contains("java.lang.IllegalStateException: planted")
			.containsPattern("at io\\.genstage\\.boot\\.TerminationTests\\$FailsAtTheEnd\\$Failing\\.fail")
			.containsPattern("accepted [1-9]\\d*, not handled ([1-9]\\d*), handled twice 0, lost \\1\\R");
	}

	/**
	 * Lets an application run for a moment, terminates it, and returns what it printed.
	 */
	private static String terminated(String shape, int seed) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Application.class.getName(), shape, String.valueOf(seed))
			.redirectErrorStream(true)
			.start();
		StringBuilder output = new StringBuilder();
		try (BufferedReader reader = process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				output.append(line).append(System.lineSeparator());
				if (line.equals(Application.READY)) {
					// Other than Process.destroy() this leaves the output open.
					process.toHandle().destroy();
				}
			}
			assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
			return output.toString();
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * An application under load.
	 */
	static final class Application {

		static final String READY = "under load";

		private Application() {
		}

		public static void main(String[] args) {
			Ledger ledger = new Ledger();
			Lost lost = new Lost();
			Load load = new Load(ledger);
			SpringApplication application = new SpringApplication(AutoConfigured.class,
					args[0].equals("FAILING") ? FailsAtTheEnd.class : Shape.valueOf(args[0]).configuration());
			application.setWebApplicationType(WebApplicationType.NONE);
			application.addInitializers((context) -> {
				GenericApplicationContext beans = (GenericApplicationContext) context;
				beans.registerBean(Ledger.class, () -> ledger);
				beans.registerBean(Lost.class, () -> lost);
			});
			// Called behind the end of the context.
			SpringApplication.getShutdownHandlers().add(() -> {
				load.close();
				System.out.printf("accepted %d, not handled %d, handled twice %d, lost %d%n", ledger.accepted(),
						ledger.unhandled(), ledger.duplicates(), lost.events.get());
			});
			ConfigurableApplicationContext context = application.run();
			load.begin(context.getBean(Entry.class));
			load.await(1 + new Random(Integer.parseInt(args[1])).nextInt(3000));
			System.out.println(READY);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GenStageAutoConfiguration.class)
	static class AutoConfigured {

	}

	/**
	 * What stages have lost.
	 */
	static final class Lost implements StageListener {

		private final AtomicLong events = new AtomicLong();

		@Override
		public void onDiscard(StageRef stage, Discard discard) {
			this.events.addAndGet(discard.count());
		}

	}

	/**
	 * A consumer that fails once, when the application ends.
	 */
	@Configuration(proxyBeanMethods = false)
	static class FailsAtTheEnd {

		private final AtomicBoolean ending = new AtomicBoolean();

		@EventListener
		void onEnd(ContextClosedEvent event) {
			this.ending.set(true);
		}

		@Bean
		@Producer
		EventQueue<Integer> inbox() {
			return new EventQueue<>(500);
		}

		@Bean
		Entry entry(EventQueue<Integer> inbox) {
			return new Entry(inbox);
		}

		@Bean
		Failing failing(Ledger ledger) {
			return new Failing(this.ending, ledger);
		}

		record Failing(AtomicBoolean ending, Ledger ledger) {

			@Consumer(subscribeTo = "inbox", maxDemand = 50, failure = @Failure(enabled = "false"))
			void fail(int event) {
				if (this.ending.compareAndSet(true, false)) {
					throw new IllegalStateException("planted");
				}
				this.ledger.handle(event);
			}

		}

	}

}
