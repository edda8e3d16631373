package io.genstage.sample;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

import org.h2.tools.Server;

/**
 * A server of H2 that goes away and comes back, with what it has stored.
 */
public final class DatabaseServer implements AutoCloseable {

	private static final int MOST_PORTS = 100;

	private final Path folder;

	private Server server;

	public DatabaseServer(Path folder) throws SQLException {
		this.folder = folder;
		this.server = startSomewhere();
	}

	/**
	 * Takes a port below those that a system gives to outgoing connections. One of those
	 * may be taken while the server is away, even by a client that tries to reach the
	 * server and meets itself.
	 */
	private Server startSomewhere() throws SQLException {
		for (int attempt = 1;; attempt++) {
			try {
				return start(ThreadLocalRandom.current().nextInt(15_000, 30_000));
			}
			catch (SQLException ex) {
				if (attempt == MOST_PORTS) {
					throw ex;
				}
			}
		}
	}

	private Server start(int port) throws SQLException {
		return Server
			.createTcpServer("-tcpPort", String.valueOf(port), "-baseDir", this.folder.toString(), "-ifNotExists")
			.start();
	}

	public String url() {
		return "jdbc:h2:tcp://localhost:%d/./sample;WRITE_DELAY=0".formatted(this.server.getPort());
	}

	/** Breaks all connections, and takes no more. */
	public void goAway() {
		this.server.stop();
	}

	public void comeBack() throws SQLException {
		this.server = start(this.server.getPort());
	}

	@Override
	public void close() {
		this.server.stop();
	}

}
