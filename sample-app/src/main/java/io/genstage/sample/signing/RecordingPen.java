package io.genstage.sample.signing;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A pen that records each book in a table when it is signed.
 * <p>
 * An attempt may be made again though its row was committed, when the connection broke
 * right then. So a row is written once for each ticket.
 *
 * @param pen what the book is signed with
 * @param jdbc the database
 */
record RecordingPen(Pen pen, JdbcTemplate jdbc) implements Pen {

	@Override
	public void sign(Reader reader) throws InterruptedException {
		this.pen.sign(reader);
		this.jdbc.update("""
				INSERT INTO signed_book (ticket, name)
				SELECT CAST(? AS VARCHAR(9)), CAST(? AS VARCHAR(255))
				WHERE NOT EXISTS (SELECT 1 FROM signed_book WHERE ticket = ?)""", reader.ticket(), reader.name(),
				reader.ticket());
	}

}
