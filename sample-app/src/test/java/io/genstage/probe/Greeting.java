package io.genstage.probe;

/**
 * A service, to be found by the class loader of the application only.
 */
public interface Greeting {

	/**
	 * An implementation of it.
	 */
	final class Polite implements Greeting {

	}

}
