package io.genstage.jdbc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.genstage.jdbc.database.Database;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * A database with the tables of dead letters, for one test.
 */
final class LetterDatabase implements AutoCloseable {

	/** As long as a busy machine may take to make connections. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Deque<AutoCloseable> opened = new ArrayDeque<>();

	private final HikariDataSource dataSource;

	private LetterDatabase(Database kind, int connections, Duration patience) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(kind.newUrl());
		config.setMaximumPoolSize(connections);
		config.setConnectionTimeout(patience.toMillis());
		this.dataSource = new HikariDataSource(config);
		this.opened.push(this.dataSource);
		runScript(kind);
	}

	/** Creates what is not there yet. */
	void runScript(Database kind) {
		DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(script(kind)), this.dataSource);
	}

	static LetterDatabase of(Database kind) {
		return of(kind, 4);
	}

	/**
	 * Creates a database.
	 * @param connections how many there are at most
	 */
	static LetterDatabase of(Database kind, int connections) {
		return new LetterDatabase(kind, connections, PATIENCE);
	}

	/**
	 * Creates a database with one connection.
	 * @param patience how long somebody waits who wants another one
	 */
	static LetterDatabase ofOneConnection(Database kind, Duration patience) {
		return new LetterDatabase(kind, 1, patience);
	}

	/** Returns the script that users get. */
	private static Resource script(Database kind) {
		return new ClassPathResource(
				"io/genstage/jdbc/dead-letters-%s.sql".formatted(kind.name().toLowerCase(Locale.ROOT)));
	}

	HikariDataSource dataSource() {
		return this.dataSource;
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(this.dataSource);
	}

	/** Opens a store of letters of an application whose stages take anything simple. */
	JdbcDeadLetterStore store(String application) {
		return store(JdbcDeadLetterOptions.of(application), (stage) -> Optional.empty());
	}

	JdbcDeadLetterStore store(JdbcDeadLetterOptions options, Function<String, Optional<ResolvableType>> types) {
		return store(this.dataSource, options, types);
	}

	JdbcDeadLetterStore store(DataSource dataSource, JdbcDeadLetterOptions options,
			Function<String, Optional<ResolvableType>> types) {
		JdbcDeadLetterStore store = new JdbcDeadLetterStore(dataSource,
				new JsonPayloadCodec(JsonMapper.builder().build()), types, options);
		this.opened.push(store);
		return store;
	}

	@Override
	public void close() {
		this.opened.forEach((one) -> {
			try {
				one.close();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

}
