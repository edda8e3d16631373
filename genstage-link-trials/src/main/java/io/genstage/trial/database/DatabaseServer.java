package io.genstage.trial.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.trial.process.FreePort;
import io.genstage.trial.process.ServerProcess;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A private server on the loopback interface. What is committed there outlasts
 * {@link #kill}; nothing is forced to the disk, since no test cuts the power, unless it
 * is measured.
 */
public abstract class DatabaseServer implements AutoCloseable {

	/**
	 * What is committed is to be on the disk, since it is measured how long that takes.
	 */
	static final boolean MEASURED = Boolean.getBoolean("test.links.rates");

	static final String USER = "genstage";

	private final AtomicInteger databases = new AtomicInteger();

	private final Path folder;

	private final int port = FreePort.find();

	private @Nullable ServerProcess process;

	DatabaseServer(Path folder) {
		this.folder = folder;
	}

	static String newPassword() {
		byte[] bytes = new byte[16];
		new SecureRandom().nextBytes(bytes);
		return HexFormat.of().formatHex(bytes);
	}

	/** Starts the server, also once more after {@link #stop} or {@link #kill}. */
	public final void start() {
		ServerProcess started;
		try {
			started = ServerProcess.start(this.folder, stopSignal(), command(this.port));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.process = started;
		Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50)).failFast(() -> {
			if (!started.isRunning()) {
				throw new IllegalStateException("the server doesn't start: " + started.log());
			}
		}).until(this::takesConnections);
	}

	/** Starts the server if it doesn't run. */
	final void revive() {
		if (!process().isRunning()) {
			start();
		}
	}

	private ServerProcess process() {
		return Objects.requireNonNull(this.process, "never started");
	}

	private boolean takesConnections() {
		try (Connection connection = DriverManager.getConnection(url(adminDatabase()))) {
			return connection.isValid(1);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/** Returns the command that runs it, in the foreground. */
	abstract List<String> command(int port);

	/** Returns the name of the signal at which it breaks all connections and stops. */
	abstract String stopSignal();

	/** Returns the database that is always there. */
	abstract String adminDatabase();

	abstract String url(int port, String database);

	private String url(String database) {
		return url(this.port, database);
	}

	/**
	 * Creates an empty database.
	 * @return its URL, with the user and the password in it
	 */
	public final String newUrl() {
		String database = "test" + this.databases.incrementAndGet();
		try (Connection connection = DriverManager.getConnection(url(adminDatabase()));
				Statement statement = connection.createStatement()) {
			statement.execute("create database " + database);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("could not create a database", ex);
		}
		return url(database);
	}

	/** Stops the server; what it has stored stays. */
	public final void stop() {
		try {
			process().stop();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Kills the server (SIGKILL), with all its processes. */
	public final void kill() {
		process().kill();
	}

	/** Stops all its processes where they are: connections stay, and nothing answers. */
	public final void freeze() {
		process().freeze();
	}

	/** Lets all its processes go on after {@link #freeze}. */
	public final void thaw() {
		process().thaw();
	}

	/** Stops the server and removes what it has stored. */
	@Override
	public final void close() {
		try {
			process().close();
			TemporaryFolders.delete(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
