package io.genstage.trial.database;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.trial.process.Command;
import io.genstage.trial.process.ServerMissingException;
import io.genstage.trial.process.Servers;
import io.genstage.trial.process.SharedServer;

/**
 * A private server of MariaDB.
 */
public final class MariaDbServer extends DatabaseServer {

	private static final String PRODUCT = "MariaDB";

	private static final SharedServer<DatabaseServer> shared = new SharedServer<>(PRODUCT, MariaDbServer::startNew,
			DatabaseServer::close);

	/** Where the scripts of its own tables are, as seen from the program. */
	private static final String SHARED = "../share/mysql";

	private final Path program;

	private final ServerUser user;

	private final Path folder;

	private final String password;

	private MariaDbServer(Path program, ServerUser user, Path folder, String password) {
		super(folder);
		this.program = program;
		this.user = user;
		this.folder = folder;
		this.password = password;
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
	 * Starts a server for the caller alone.
	 * @return the server, which the caller closes
	 * @throws org.opentest4j.TestAbortedException if it isn't installed
	 */
	public static DatabaseServer startPrivate() {
		return Servers.started(PRODUCT, MariaDbServer::startNew);
	}

	private static DatabaseServer startNew() {
		Path program = Programs.find("mariadbd", List.of(Path.of("/usr/sbin")));
		try {
			ServerUser user = ServerUser.find("mysql", "nobody");
			Path folder = Files.createTempDirectory("genstage-mariadb");
			user.own(folder);
			MariaDbServer server = new MariaDbServer(program, user, folder, newPassword());
			server.initialize();
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/*
	 * What mariadb-install-db does, too, which wants more programs than the package of
	 * the server alone has.
	 */
	private void initialize() throws IOException {
		Path data = this.folder.resolve("data");
		Path tables = Files.createDirectories(data.resolve("mysql"));
		this.user.own(data);
		this.user.own(tables);
		Path script = this.folder.resolve("initialize.sql");
		Files.writeString(script,
				"use mysql;\n" + script("system_tables.sql") + "\n" + script("system_tables_data.sql"));
		Command.output(command(List.of("--bootstrap")), script.toFile());
		Files.writeString(this.folder.resolve("users.sql"), """
				create user if not exists '%1$s'@'%%' identified by '%2$s';
				grant all privileges on *.* to '%1$s'@'%%' with grant option;
				""".formatted(USER, this.password));
		this.user.own(this.folder.resolve("users.sql"));
	}

	private String script(String name) throws IOException {
		Path shared = this.program.resolveSibling(SHARED).normalize();
		Path script = Stream.of("mariadb_", "mysql_")
			.map((prefix) -> shared.resolve(prefix + name))
			.filter(Files::isReadable)
			.findFirst()
			.orElseThrow(() -> new ServerMissingException("found no %s in %s".formatted(name, shared)));
		return Files.readString(script);
	}

	@Override
	List<String> command(int port) {
		return command(List.of("--bind-address=127.0.0.1", "--port=" + port, "--socket=" + file("socket"),
				"--pid-file=" + file("pid"), "--init-file=" + file("users.sql")));
	}

	private List<String> command(List<String> options) {
		List<String> common = List.of(this.program.toString(), "--no-defaults", "--datadir=" + file("data"),
				MEASURED ? "--innodb-buffer-pool-size=128M" : "--innodb-buffer-pool-size=16M",
				MEASURED ? "--innodb-log-file-size=96M" : "--innodb-log-file-size=16M",
				"--innodb-flush-log-at-trx-commit=" + (MEASURED ? 1 : 2), "--performance-schema=OFF", "--skip-log-bin",
				"--skip-name-resolve");
		return this.user.command(Stream.concat(common.stream(), options.stream()).toList());
	}

	private File file(String name) {
		return this.folder.resolve(name).toFile();
	}

	@Override
	String stopSignal() {
		return "TERM";
	}

	@Override
	String adminDatabase() {
		return "mysql";
	}

	@Override
	String url(int port, String database) {
		return "jdbc:mariadb://127.0.0.1:%d/%s?user=%s&password=%s".formatted(port, database, USER, this.password);
	}

}
