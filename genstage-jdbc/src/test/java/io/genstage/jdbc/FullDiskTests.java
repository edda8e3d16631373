package io.genstage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A link in a file that has no room left for a while.
 */
@Timeout(120)
class FullDiskTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final int MESSAGES = 20;

	@Test
	void waitsForRoomAndLosesNothing() {
		LimitedDataSource dataSource = new LimitedDataSource();
		Schema.create(dataSource, Database.SQLITE, "links");
		Integer pages = new JdbcTemplate(dataSource).queryForObject("pragma page_count", Integer.class);
		dataSource.pages = pages + 20;
		JdbcLinks links = new JdbcLinks(dataSource);
		try (LinkEnd writer = LinkEnd.writer(links); LinkEnd reader = LinkEnd.reader(links).ask(2 * MESSAGES)) {
			List<CompletableFuture<Void>> sent = IntStream.range(0, MESSAGES)
				.mapToObj((number) -> writer.send(LinkMessage.of(new byte[64 * 1024]).withKey("k" + number)))
				.toList();
			await().atMost(LONG).until(() -> !writer.interruptions.isEmpty());
			assertThat(sent.get(MESSAGES - 1)).as("there is no room for all of them").isNotDone();
			dataSource.pages = Integer.MAX_VALUE;
			sent.forEach(CompletableFuture::join);
			assertThat(writer.recovered).isCompleted();
			assertThat(writer.interruptions).hasSize(1);
			reader.await(MESSAGES);
			assertThat(reader.records).extracting((record) -> record.message().key())
				.containsExactlyElementsOf(IntStream.range(0, MESSAGES).mapToObj((number) -> "k" + number).toList());
		}
	}

	/**
	 * Lets the file have so many pages.
	 */
	private static final class LimitedDataSource extends DelegatingDataSource {

		private volatile int pages = Integer.MAX_VALUE;

		LimitedDataSource() {
			super(Database.SQLITE.newDataSource());
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			try (Statement statement = connection.createStatement()) {
				statement.execute("pragma max_page_count = " + this.pages);
			}
			return connection;
		}

	}

}
