package io.genstage.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

import org.h2.tools.Server;

/**
 * A server of H2 that goes away and comes back, with what it has stored. It is a process
 * of its own, which is killed: a server that is stopped in the JVM of its clients may
 * fail an assertion of its own in the midst of that and keep the lock of its file.
 */
public final class DatabaseServer implements AutoCloseable {

	private static final int MOST_PORTS = 100;

	private final Path folder;

	private int port;

	private Process process;

	public DatabaseServer(Path folder) throws IOException {
		this.folder = folder;
		this.process = startSomewhere();
	}

	/**
	 * Takes a port below those that a system gives to outgoing connections. One of those
	 * may be taken while the server is away, even by a client that tries to reach the
	 * server and meets itself.
	 */
	private Process startSomewhere() throws IOException {
		for (int attempt = 1;; attempt++) {
			this.port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
			try {
				return start();
			}
			catch (IOException ex) {
				if (attempt == MOST_PORTS) {
					throw ex;
				}
			}
		}
	}

	/** Returns when the server takes connections. */
	private Process start() throws IOException {
		Process started = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Server.class.getName(), "-tcp", "-tcpPort",
				String.valueOf(this.port), "-baseDir", this.folder.toString(), "-ifNotExists")
			.redirectErrorStream(true)
			.start();
		BufferedReader output = started.inputReader();
		StringBuilder said = new StringBuilder();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith("TCP server running")) {
				return started;
			}
			said.append(line).append(System.lineSeparator());
		}
		throw new IOException("the server doesn't run at port %d: %s".formatted(this.port, said));
	}

	public String url() {
		return "jdbc:h2:tcp://localhost:%d/./sample;WRITE_DELAY=0".formatted(this.port);
	}

	/** Breaks all connections, and takes no more. */
	public void goAway() {
		this.process.destroyForcibly().onExit().join();
	}

	public void comeBack() throws IOException {
		this.process = start();
	}

	@Override
	public void close() {
		goAway();
	}

}
