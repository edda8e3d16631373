package io.genstage.jdbc.autoconfigure;

import java.util.function.Function;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The transactions that handlers take part in.
 */
final class HandlerTransactions {

	private HandlerTransactions() {
	}

	/**
	 * Returns what is made with the transactions of an application.
	 * @param managers all that the application has
	 * @param use makes it
	 * @throws IllegalStateException if there are none, several, or those of another
	 * {@code DataSource}
	 */
	static <T> T with(ObjectProvider<PlatformTransactionManager> managers,
			Function<PlatformTransactionManager, T> use) {
		PlatformTransactionManager manager = managers.getIfUnique();
		if (manager == null) {
			throw new IllegalStateException(managers.stream().findAny().isPresent()
					? "there are several PlatformTransactionManager beans: mark the one of the handler's DataSource as primary"
					: "there is no PlatformTransactionManager bean: let there be one of the handler's DataSource, as by "
							+ "spring-boot-starter-jdbc");
		}
		try {
			return use.apply(manager);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException(ex.getMessage() + ": let them be of one DataSource", ex);
		}
	}

}
