package io.genstage.jdbc.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A private server of PostgreSQL.
 */
public final class PostgresServer extends DatabaseServer {

	static final String PRODUCT = "PostgreSQL";

	private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

	private final Path programs;

	private final ServerUser user;

	private final Path data;

	private final String password;

	private PostgresServer(Path programs, ServerUser user, Path folder, String password) {
		super(folder);
		this.programs = programs;
		this.user = user;
		this.data = folder.resolve("data");
		this.password = password;
	}

	/**
	 * Returns a server that tests may kill and freeze. It is started once in a JVM, and
	 * again if the last test has left it dead; nobody closes it.
	 * @return the server, which runs
	 * @throws org.opentest4j.TestAbortedException if it isn't installed
	 */
	public static DatabaseServer mortal() {
		DatabaseServer server = Servers.shared(PRODUCT + " that may be killed", PostgresServer::startNew);
		server.revive();
		return server;
	}

	static DatabaseServer startNew() {
		Path programs = Programs.find("postgres", Programs.ofVersions(DEBIAN, "bin")).getParent();
		try {
			ServerUser user = ServerUser.find("postgres", "nobody");
			Path folder = Files.createTempDirectory("genstage-postgres");
			user.own(folder);
			PostgresServer server = new PostgresServer(programs, user, folder, newPassword());
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
			.command(List.of(this.programs.resolve("initdb").toString(), "-D", this.data.toString(), "-U", USER,
					"--pwfile", passwordFile.toString(), "-A", "md5", "-E", "UTF8", "--no-locale", "--no-sync")));
	}

	@Override
	List<String> command(int port) {
		return this.user.command(List.of(this.programs.resolve("postgres").toString(), "-D", this.data.toString(), "-p",
				String.valueOf(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c",
				"fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=100"));
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

}
