package io.genstage.jdbc.autoconfigure;

import org.springframework.core.NestedExceptionUtils;

/**
 * The database can't be reached when an application starts, and is needed then to create
 * tables or to look at them.
 */
final class UnreachableDatabaseException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Creates an exception.
	 * @param need what the database is needed for
	 * @param action what else can be done than to have the database reached
	 * @param cause what has failed
	 */
	UnreachableDatabaseException(String need, String action, Throwable cause) {
		super("%s, and the database can't be reached: %s".formatted(need,
				NestedExceptionUtils.getMostSpecificCause(cause).getMessage()), cause);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
