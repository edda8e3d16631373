package io.genstage.jdbc.database;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.genstage.trial.database.DatabaseServer;
import io.genstage.trial.database.MariaDbServer;
import io.genstage.trial.database.PostgresServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The databases that tests use.
 */
class DatabaseTests {

	@ParameterizedTest
	@EnumSource(Database.class)
	void isEmptyAndOfItsOwn(Database database) {
		JdbcTemplate one = new JdbcTemplate(database.newDataSource());
		JdbcTemplate other = new JdbcTemplate(database.newDataSource());
		one.execute("create table book (title varchar(100))");
		one.update("insert into book values ('Ulysses')");
		other.execute("create table book (title varchar(100))");
		assertThat(one.queryForList("select title from book", String.class)).containsExactly("Ulysses");
		assertThat(other.queryForList("select title from book", String.class)).isEmpty();
	}

	@Nested
	class OfAPrivateServer {

		@Test
		void outlastsItsServer() throws SQLException {
			outlasts(PostgresServer.mortal());
		}

		@Test
		void outlastsItsServerOfMariaDb() throws SQLException {
			try (DatabaseServer server = MariaDbServer.startPrivate()) {
				outlasts(server);
			}
		}

		private void outlasts(DatabaseServer server) {
			DataSource source = new DriverManagerDataSource(server.newUrl());
			JdbcTemplate database = new JdbcTemplate(source);
			database.execute("create table book (title varchar(100))");
			database.update("insert into book values ('Ulysses')");
			server.kill();
			assertThatExceptionOfType(SQLException.class).isThrownBy(source::getConnection);
			server.start();
			database.update("insert into book values ('Emma')");
			server.stop();
			assertThatExceptionOfType(SQLException.class).isThrownBy(source::getConnection);
			server.start();
			assertThat(database.queryForList("select title from book order by title", String.class))
				.containsExactly("Emma", "Ulysses");
		}

	}

}
