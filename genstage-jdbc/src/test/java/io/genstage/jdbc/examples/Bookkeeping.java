package io.genstage.jdbc.examples;

import io.genstage.annotation.Consumer;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Books what comes by a link, once.
 */
final class Bookkeeping {

	private final JdbcTemplate jdbc;

	Bookkeeping(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	// tag::inbox[]
	@Consumer(subscribeTo = "orders")
	void book(String order) {
		this.jdbc.update("insert into booked values (?)", order);
		this.jdbc.update("update stock set pieces = pieces - 1 where name = ?", order);
	}
	// end::inbox[]

}
