package io.genstage.jdbc.rate;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.genstage.trial.rate.Order;
import io.genstage.trial.rate.Progress;
import io.genstage.trial.rate.RateClient;
import io.genstage.trial.rate.Trial;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * One connection by which batches of the rows are written that the link writes; or read
 * from the first one on, handled and deleted. Each batch is a transaction.
 *
 * @param url the URL of the database
 */
record BareClient(String url) implements RateClient {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	@Override
	public void send(Trial trial, Progress progress) throws Exception {
		ObjectWriter writer = mapper.writerFor(Order.class);
		try (Connection connection = connect();
				PreparedStatement insert = connection.prepareStatement(
						"insert into genstage_link_event (link, event_key, payload, payload_size, headers, status, attempts, visible_at, created_at) values (?, ?, ?, ?, ?, 'READY', 0, ?, ?)")) {
			for (long number = 0; number < trial.events(); number += trial.window()) {
				int size = (int) Math.min(trial.window(), trial.events() - number);
				for (int i = 0; i < size; i++) {
					Order order = Order.of(number + i, trial.bytes());
					byte[] payload = writer.writeValueAsBytes(order);
					insert.setString(1, trial.destination());
					insert.setString(2, order.customer());
					insert.setBytes(3, payload);
					insert.setLong(4, payload.length);
					insert.setString(5, "content-type=application%2Fjson&genstage-event-id=" + UUID.randomUUID());
					insert.setLong(6, System.currentTimeMillis());
					insert.setLong(7, System.currentTimeMillis());
					insert.addBatch();
				}
				insert.executeBatch();
				connection.commit();
				progress.add(size);
			}
		}
	}

	@Override
	public void receive(Trial trial, Progress progress) throws Exception {
		ObjectReader reader = mapper.readerFor(Order.class);
		try (Connection connection = connect();
				PreparedStatement select = connection.prepareStatement(
						"select id, event_key, headers, payload from genstage_link_event where link = ? and status = 'READY' order by id limit ?");
				PreparedStatement delete = connection
					.prepareStatement("delete from genstage_link_event where id = ?")) {
			while (!progress.isDone()) {
				List<Long> handled = new ArrayList<>();
				select.setString(1, trial.destination());
				select.setInt(2, trial.window());
				try (ResultSet rows = select.executeQuery()) {
					while (rows.next()) {
						handle(rows.getString(2), rows.getString(3), reader.readValue(rows.getBytes(4)), progress);
						handled.add(rows.getLong(1));
					}
				}
				for (Long id : handled) {
					delete.setLong(1, id);
					delete.addBatch();
				}
				delete.executeBatch();
				connection.commit();
			}
		}
	}

	/** A link has read the key and the headers, too. */
	private static void handle(String key, String headers, Order order, Progress progress) {
		progress.add(1);
	}

	private Connection connect() throws SQLException {
		Connection connection = DriverManager.getConnection(this.url);
		connection.setAutoCommit(false);
		connection.setTransactionIsolation(this.url.startsWith("jdbc:sqlite:") ? Connection.TRANSACTION_SERIALIZABLE
				: Connection.TRANSACTION_READ_COMMITTED);
		return connection;
	}

}
