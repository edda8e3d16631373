package io.genstage.jdbc.crash;

import io.genstage.jdbc.JdbcLinks;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReceiver;
import io.genstage.trial.link.BoundedReading;

/**
 * Reads a table with many messages as slowly as can be.
 */
final class BoundedApplication {

	private BoundedApplication() {
	}

	/**
	 * Takes the URL of the database, and the numbers of {@link BoundedReading}.
	 */
	public static void main(String[] arguments) {
		BoundedReading.main(new LinkReceiver(new JdbcLinks(Database.dataSource(arguments[0])), LinkProcess.ORDERS,
				LinkOptions.defaults()), arguments[1], arguments[2], arguments[3]);
	}

}
