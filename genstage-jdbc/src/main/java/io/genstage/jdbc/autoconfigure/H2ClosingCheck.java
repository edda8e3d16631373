package io.genstage.jdbc.autoconfigure;

import java.lang.System.Logger.Level;
import java.util.Locale;

import io.genstage.log.StageLog;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Warns at startup of a database of H2 in this process that closes itself as soon as the
 * process is asked to stop, while pipelines still drain. Only a database whose connection
 * Spring Boot sets up is looked at, and only its URL.
 */
class H2ClosingCheck implements SmartInitializingSingleton {

	private static final System.Logger logger = StageLog.of(H2ClosingCheck.class);

	private final ObjectProvider<JdbcConnectionDetails> connections;

	H2ClosingCheck(ObjectProvider<JdbcConnectionDetails> connections) {
		this.connections = connections;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.connections.orderedStream().map(JdbcConnectionDetails::getJdbcUrl).anyMatch(H2ClosingCheck::closes)) {
			logger.log(Level.WARNING,
					"H2 closes itself as soon as the process is asked to stop, while pipelines still drain, "
							+ "so that events under way are lost: add ;DB_CLOSE_ON_EXIT=FALSE to the URL");
		}
	}

	/** Servers of H2 are processes of their own. */
	static boolean closes(String url) {
		String text = url.toLowerCase(Locale.ROOT);
		return text.startsWith("jdbc:h2:") && !text.startsWith("jdbc:h2:tcp:") && !text.startsWith("jdbc:h2:ssl:")
				&& !text.contains(";db_close_on_exit=false");
	}

}
