package io.genstage.trial.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.genstage.trial.process.Command;
import io.genstage.trial.process.Servers;
import io.genstage.trial.process.SharedServer;
import org.jspecify.annotations.Nullable;

/**
 * A private server of PostgreSQL.
 */
public final class PostgresServer extends DatabaseServer {

	private static final String PRODUCT = "PostgreSQL";

	private static final SharedServer<DatabaseServer> shared = new SharedServer<>(PRODUCT, PostgresServer::startNew,
			DatabaseServer::close);

	private static final SharedServer<DatabaseServer> mortal = new SharedServer<>(PRODUCT + " that may be killed",
			PostgresServer::startNew, DatabaseServer::close);

	private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

	private final Path program;

	private final ServerUser user;

	private final Path data;

	private final String password;

	private final @Nullable ServerKeys keys;

	private PostgresServer(Path program, ServerUser user, Path folder, String password, @Nullable ServerKeys keys) {
		super(folder);
		this.program = program;
		this.user = user;
		this.data = folder.resolve("data");
		this.password = password;
		this.keys = keys;
	}

	/**
	 * Returns the server of all tests of this JVM, which nobody kills or closes.
	 * @return the server, which runs
	 * @throws org.opentest4j.TestAbortedException if it isn't installed
	 */
	public static DatabaseServer shared() {
		return shared.get();
	}

	/**
	 * Returns a server that tests may kill and freeze. It is started once in a JVM, and
	 * again if the last test has left it dead; nobody closes it.
	 * @return the server, which runs
	 * @throws org.opentest4j.TestAbortedException if it isn't installed
	 */
	public static DatabaseServer mortal() {
		DatabaseServer server = mortal.get();
		server.revive();
		return server;
	}

	/**
	 * Starts a server for the caller alone, which may be reached over TLS.
	 * @return the server, to be closed
	 * @throws org.opentest4j.TestAbortedException if it isn't installed
	 */
	public static PostgresServer startSecured() {
		return Servers.started(PRODUCT + " over TLS", () -> start(true));
	}

	private static DatabaseServer startNew() {
		return start(false);
	}

	private static PostgresServer start(boolean secured) {
		Path program = Programs.find("postgres", Programs.ofVersions(DEBIAN, "bin"));
		try {
			ServerUser user = ServerUser.find("postgres", "nobody");
			Path folder = Files.createTempDirectory("genstage-postgres");
			user.own(folder);
			ServerKeys keys = secured ? ServerKeys.make(folder) : null;
			if (keys != null) {
				user.own(keys.key());
			}
			PostgresServer server = new PostgresServer(program, user, folder, newPassword(), keys);
			server.initialize(folder.resolve("password"));
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void initialize(Path passwordFile) throws IOException {
		Files.writeString(passwordFile, this.password);
		this.user.own(passwordFile);
		Command.output(this.user
			.command(List.of(this.program.resolveSibling("initdb").toString(), "-D", this.data.toString(), "-U", USER,
					"--pwfile", passwordFile.toString(), "-A", "md5", "-E", "UTF8", "--no-locale", "--no-sync")));
	}

	@Override
	List<String> command(int port) {
		List<String> command = new ArrayList<>(
				List.of(this.program.toString(), "-D", this.data.toString(), "-p", String.valueOf(port), "-c",
						"listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100"));
		if (!MEASURED) {
			command.addAll(List.of("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB"));
		}
		if (this.keys != null) {
			command.addAll(List.of("-c", "ssl=on", "-c", "ssl_key_file=" + this.keys.key(), "-c",
					"ssl_cert_file=" + this.keys.certificate()));
		}
		return this.user.command(command);
	}

	@Override
	String stopSignal() {
		return "INT";
	}

	@Override
	String adminDatabase() {
		return "postgres";
	}

	@Override
	String url(int port, String database) {
		return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s".formatted(port, database, USER, this.password);
	}

	/**
	 * Returns what clients trust that reach this server over TLS.
	 * @return the file of a certificate
	 */
	public Path certificate() {
		return Objects.requireNonNull(this.keys, "not over TLS").certificate();
	}

	/**
	 * Returns the password of the user {@code genstage}.
	 * @return the password
	 */
	public String password() {
		return this.password;
	}

}
