package io.genstage.jdbc.autoconfigure;

import java.util.function.ObjLongConsumer;

import io.genstage.CallScope;
import io.genstage.boot.link.LinkInboxes;
import io.genstage.jdbc.JdbcInbox;
import io.genstage.jdbc.JdbcLinks;
import io.genstage.link.LinkProvider;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Lets handlers settle the messages of links in a database with the transactions of the
 * application.
 */
final class JdbcLinkInboxes implements LinkInboxes {

	private final JdbcLinks links;

	private final ObjectProvider<PlatformTransactionManager> managers;

	/**
	 * Creates what opens transactions.
	 * @param links have the messages
	 * @param managers those of the application
	 */
	JdbcLinkInboxes(JdbcLinks links, ObjectProvider<PlatformTransactionManager> managers) {
		this.links = links;
		this.managers = managers;
	}

	@Override
	@SuppressWarnings("ReferenceEquality") // another one may be in another database
	public boolean settles(LinkProvider provider) {
		return provider == this.links;
	}

	@Override
	public int connections() {
		return this.links.connections();
	}

	@Override
	public CallScope scope(ObjLongConsumer<String> repeated) {
		return HandlerTransactions.with(this.managers, (manager) -> new JdbcInbox(this.links, manager, repeated));
	}

}
