package io.genstage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.RetryOrder;
import io.genstage.source.Sources;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link RemoteOutageTests} simulates, once for real: a service behind a socket that
 * takes no connection for half a minute and for ten. Not run with the others, since it
 * takes that long.
 */
@EnabledIfSystemProperty(named = "genstage.outage.real", matches = "true")
class RealOutageTests {

	private static final int EVENTS = 2000;

	private static final int KEYS = 7;

	private static final int HANDLED_BEFORE = 200;

	private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore();

	private final CountDownLatch begun = new CountDownLatch(HANDLED_BEFORE);

	private final List<Integer> handled = new CopyOnWriteArrayList<>();

	private volatile int failedCalls;

	@ParameterizedTest
	@CsvSource({ "PT30S, PT1S", "PT10M, PT30S" })
	void isSurvived(Duration outage, Duration timeToConnect) throws Exception {
		List<Integer> events = IntStream.range(0, EVENTS).boxed().toList();
		CompletableFuture<ExitReason> end = new CompletableFuture<>();
		try (Service service = new Service(); StageSystem system = StageSystem.create()) {
			PerEventConsumerStage<Integer> caller = (event, from) -> {
				try {
					service.call((int) timeToConnect.toMillis());
				}
				catch (IOException ex) {
					this.failedCalls++;
					throw ex;
				}
				this.handled.add(event);
				this.begun.countDown();
			};
			StageRef source = system.start("source", Sources.iterable(events));
			StageRef stage = system.start("caller", caller,
					StageOptions.defaults()
						.withFailure(FailurePolicy.defaults()
							.withOrder(RetryOrder.byKey((event) -> (int) event % KEYS))
							.withDeadLetters(this.letters)));
			stage.whenStopped().thenAccept(end::complete);
			stage.subscribeTo(source, SubscribeOptions.defaults());
			assertThat(this.begun.await(1, TimeUnit.MINUTES)).isTrue();
			service.goAway();
			// The time that the service is away for real.
			TimeUnit.NANOSECONDS.sleep(outage.toNanos());
			long back = System.nanoTime();
			service.comeBack();
			assertThat(end.get(5, TimeUnit.MINUTES)).isEqualTo(ExitReason.NORMAL);
			// The page on reliability shows what this prints.
			System.out.printf(
					"away for %s, time to connect %s: %d events handled in order, %d dead letters, "
							+ "%d calls failed, all handled %d s after the service was back%n",
					outage, timeToConnect, this.handled.size(),
					this.letters.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 100).size(), this.failedCalls,
					Duration.ofNanos(System.nanoTime() - back).toSeconds());
		}
		assertThat(this.failedCalls).isPositive();
		assertThat(this.handled).containsExactlyInAnyOrderElementsOf(events);
		for (int key = 0; key < KEYS; key++) {
			int expected = key;
			assertThat(this.handled.stream().filter((event) -> event % KEYS == expected)).isSorted();
		}
		assertThat(this.letters.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 1)).isEmpty();
	}

	/**
	 * Greets who connects. While it is away its backlog is full, so that a connection is
	 * neither taken nor refused.
	 */
	private static final class Service implements AutoCloseable {

		private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

		private final List<Socket> fillers = new ArrayList<>();

		private final Object lock = new Object();

		private boolean away;

		Service() throws IOException {
			Thread thread = new Thread(this::serve, "service");
			thread.setDaemon(true);
			thread.start();
		}

		private void serve() {
			try {
				while (true) {
					synchronized (this.lock) {
						while (this.away) {
							this.lock.wait();
						}
					}
					try (Socket client = this.server.accept()) {
						synchronized (this.lock) {
							if (!this.away) {
								client.getOutputStream().write('k');
							}
						}
					}
				}
			}
			catch (IOException | InterruptedException ex) {
				// It is closed.
			}
		}

		void call(int timeoutMillis) throws IOException {
			try (Socket socket = new Socket()) {
				socket.connect(this.server.getLocalSocketAddress(), timeoutMillis);
				socket.setSoTimeout(timeoutMillis);
				if (socket.getInputStream().read() != 'k') {
					throw new IOException("no answer");
				}
			}
		}

		void goAway() throws IOException {
			synchronized (this.lock) {
				this.away = true;
			}
			try {
				while (true) {
					Socket filler = new Socket();
					this.fillers.add(filler);
					filler.connect(new InetSocketAddress(this.server.getInetAddress(), this.server.getLocalPort()),
							500);
				}
			}
			catch (SocketTimeoutException ex) {
				// The backlog is full.
			}
		}

		void comeBack() {
			this.fillers.forEach(Service::close);
			synchronized (this.lock) {
				this.away = false;
				this.lock.notifyAll();
			}
		}

		private static void close(Socket socket) {
			try {
				socket.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void close() throws IOException {
			this.server.close();
		}

	}

}
