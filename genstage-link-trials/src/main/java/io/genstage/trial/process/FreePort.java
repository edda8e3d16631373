package io.genstage.trial.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface for servers that are stopped and started again.
 */
public final class FreePort {

	private static final int FIRST_PORT = 15_000;

	private static final int LAST_PORT = 30_000;

	private static final int MOST_PORTS = 100;

	private FreePort() {
	}

	/**
	 * Returns a port below those that a system gives to outgoing connections. One of
	 * those may be taken while the server is down, even by a client that tries to reach
	 * the server and meets itself.
	 * @return the port, which nobody listens to now
	 */
	public static int find() {
		for (int attempt = 0; attempt < MOST_PORTS; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// Somebody has it: the next one, then.
			}
		}
		throw new IllegalStateException("found no free port from %d to %d".formatted(FIRST_PORT, LAST_PORT));
	}

}
