package io.genstage.jdbc.crash;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

import javax.sql.DataSource;

import io.genstage.ConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.jdbc.JdbcInbox;
import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.link.LinkWriter;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * One end of a link, which goes on until it is killed. It prints a line for each message:
 * when it is confirmed at the sending end, and before it is accepted at the receiving
 * one.
 */
final class LinkProcess {

	static final LinkDefinition ORDERS = LinkDefinition.of("orders");

	static final String READY = "ready";

	/** Begins a line about a message that is confirmed. */
	static final String CONFIRMED = "confirmed ";

	/** Begins a line about a message that was delivered. */
	static final String DELIVERED = "delivered ";

	/** Books messages in the transaction that removes them. */
	static final String BOOK = "book";

	/** Books each message in a transaction of its own, before it is settled. */
	static final String BOOK_WITHOUT_INBOX = "book-without-inbox";

	/** Begins a line about a message that was booked, with an inbox not yet for good. */
	static final String BOOKED = "booked ";

	/** How many messages are unconfirmed, or unsettled, at most. */
	static final int WINDOW = 50;

	private LinkProcess() {
	}

	/**
	 * Takes the end, {@code send}, {@code receive}, {@code book} or
	 * {@code book-without-inbox}, the URL of the database, and how many messages are
	 * delivered before it waits for its end. A handler that books waits when it has
	 * booked one more, and never returns from that call.
	 */
	public static void main(String[] arguments) throws InterruptedException, SQLException {
		DataSource database = Database.dataSource(arguments[1]);
		// A file of H2 is opened anew when there is no connection.
		try (Connection kept = database.getConnection()) {
			kept.setAutoCommit(true);
			JdbcLinks links = new JdbcLinks(database);
			if (arguments[0].equals("send")) {
				send(links);
			}
			else if (arguments[0].startsWith(BOOK)) {
				StageOptions options = StageOptions.defaults().withFailure(FailurePolicy.defaults());
				book(links, database, new Semaphore(Integer.parseInt(arguments[2])), arguments[0].equals(BOOK)
						? options.withScope(new JdbcInbox(links, new JdbcTransactionManager(database))) : options);
			}
			else {
				new Receiver(links, Integer.parseInt(arguments[2])).receive();
			}
		}
	}

	private static void send(JdbcLinks links) {
		LinkWriter writer = links.openWriter(ORDERS, new Ignoring());
		Deque<CompletableFuture<Void>> sent = new ArrayDeque<>();
		for (int number = 0; true; number++) {
			sent.add(writer.send(LinkMessage.of(Integer.toString(number).getBytes(StandardCharsets.UTF_8)))
				.toCompletableFuture());
			if (sent.size() == WINDOW) {
				sent.remove().join();
				// What the parent reads.
				System.out.println(CONFIRMED + (number - WINDOW + 1));
			}
		}
	}

	/**
	 * Stages whose handler books lists of messages, and with an inbox removes them at
	 * once.
	 */
	private static void book(JdbcLinks links, DataSource database, Semaphore lines, StageOptions options)
			throws InterruptedException {
		JdbcTemplate jdbc = new JdbcTemplate(database);
		ConsumerStage<LinkMessage> booking = (messages, from) -> {
			for (LinkMessage message : messages) {
				String text = new String(message.payload(), StandardCharsets.UTF_8);
				jdbc.update("insert into booking (message) values (?)", text);
				// What the parent reads.
				System.out.println(BOOKED + text);
				lines.acquireUninterruptibly();
			}
		};
		StageSystem system = StageSystem.create();
		system.start("book", booking, options)
			.subscribeTo(system.start("in", new LinkReceiver(links, ORDERS, LinkOptions.defaults())),
					SubscribeOptions.defaults().withMaxDemand(WINDOW).withMinDemand(WINDOW / 2));
		new CountDownLatch(1).await();
	}

	/**
	 * The receiving end.
	 */
	private static final class Receiver extends Ignoring implements LinkReader.Listener {

		private final CompletableFuture<LinkReader> reader = new CompletableFuture<>();

		private final Semaphore lines;

		Receiver(JdbcLinks links, int lines) {
			this.lines = new Semaphore(lines);
			this.reader.complete(links.openReader(ORDERS, this));
		}

		void receive() throws InterruptedException {
			this.reader.join().ask(WINDOW);
			// What the parent waits for.
			System.out.println(READY);
			new CountDownLatch(1).await();
		}

		@Override
		public void delivered(List<LinkRecord> records) {
			for (LinkRecord record : records) {
				this.lines.acquireUninterruptibly();
				// What the parent reads.
				System.out.println(DELIVERED + record.message().key() + " "
						+ new String(record.message().payload(), StandardCharsets.UTF_8));
				this.reader.join().settle(List.of(LinkSettlement.accept(record)));
				this.reader.join().ask(1);
			}
		}

	}

	/**
	 * Hears nothing.
	 */
	static class Ignoring implements LinkListener {

		@Override
		public void interrupted(Throwable cause) {
			cause.printStackTrace();
		}

		@Override
		public void recovered() {
		}

		@Override
		public void failed(Throwable cause) {
			cause.printStackTrace();
		}

	}

}
