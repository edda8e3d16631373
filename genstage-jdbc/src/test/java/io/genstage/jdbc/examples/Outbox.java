package io.genstage.jdbc.examples;

import java.nio.charset.StandardCharsets;

import io.genstage.jdbc.JdbcLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends what is committed.
 */
final class Outbox {

	static final LinkDefinition ORDERS = LinkDefinition.of("orders");

	private final TransactionTemplate transaction;

	private final JdbcTemplate jdbc;

	private final JdbcLinks links;

	Outbox(TransactionTemplate transaction, JdbcTemplate jdbc, JdbcLinks links) {
		this.transaction = transaction;
		this.jdbc = jdbc;
		this.links = links;
	}

	// tag::outbox[]
	void place(String order) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("insert into placed values (?)", order);
			this.links.send(ORDERS, LinkMessage.of(order.getBytes(StandardCharsets.UTF_8)));
		});
	}
	// end::outbox[]

}
