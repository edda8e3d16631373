package io.genstage.sample;

import java.io.IOException;

import io.genstage.annotation.Consumer;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Books each order of a link in the table {@code booking}. One of them may fail, and be
 * tried again much later; in the call for another one it may wait for its input, with the
 * order booked and nothing committed.
 * <p>
 * No stereotype, so that the tests of the sample don't find it.
 */
@EnableAutoConfiguration
class BookingApplication {

	/** What the log says when an order is booked, and its call waits. */
	static final String WAITING = "waiting with order ";

	private final JdbcTemplate database;

	private final String failing;

	private final String waiting;

	BookingApplication(JdbcTemplate database, @Value("${booking.failing}") String failing,
			@Value("${booking.waiting}") String waiting) {
		this.database = database;
		this.failing = failing;
		this.waiting = waiting;
	}

	public static void main(String[] arguments) {
		SpringApplication.run(BookingApplication.class, arguments);
	}

	@Consumer(name = "book", subscribeTo = "orders")
	void book(String order) throws IOException {
		if (order.equals(this.failing)) {
			throw new IllegalStateException("order " + order + " fails");
		}
		this.database.update("insert into booking (order_number) values (?)", order);
		if (order.equals(this.waiting)) {
			// For the test, which looks for it in the log.
			System.out.println(WAITING + order);
			System.in.read();
		}
	}

}
