package io.genstage.jdbc.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

import javax.sql.DataSource;

import io.genstage.trial.database.MariaDbServer;
import io.genstage.trial.database.PostgresServer;
import io.genstage.trial.database.TemporaryFolders;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The databases that are tested with. Those in this JVM are always there. For the others
 * a private server is started once in a JVM, when it is first wanted; it ends with the
 * JVM. Where it isn't installed the tests that want it are skipped.
 */
public enum Database {

	/** In memory; it lives as long as the JVM. */
	H2 {

		@Override
		public String newUrl() {
			return "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());
		}

	},

	/** A temporary file, with a log of its own for what is written. */
	SQLITE {

		@Override
		public String newUrl() {
			try {
				Path folder = Files.createTempDirectory("genstage-sqlite");
				TemporaryFolders.deleteWithThisJvm(folder);
				return "jdbc:sqlite:%s?journal_mode=WAL&busy_timeout=10000".formatted(folder.resolve("test.db"));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	},

	/** A private server. */
	POSTGRESQL {

		@Override
		public String newUrl() {
			return PostgresServer.shared().newUrl();
		}

	},

	/** A private server. */
	MARIADB {

		@Override
		public String newUrl() {
			return MariaDbServer.shared().newUrl();
		}

	};

	/**
	 * Creates an empty database.
	 * @return its URL, with the user and the password in it
	 * @throws org.opentest4j.TestAbortedException if it needs a server that isn't there,
	 * so that the test is skipped
	 */
	public abstract String newUrl();

	/**
	 * Creates an empty database, like {@link #newUrl}.
	 * @return it, with a new connection each time and no pool to close
	 */
	public DataSource newDataSource() {
		return dataSource(newUrl());
	}

	/**
	 * Returns a database that was created.
	 * @param url its URL
	 * @return it, with a new connection each time and no pool to close
	 */
	public static DataSource dataSource(String url) {
		// As Spring Boot does with a database in memory.
		return url.startsWith("jdbc:h2:mem:") ? new DriverManagerDataSource(url, "sa", "")
				: new DriverManagerDataSource(url);
	}

}
