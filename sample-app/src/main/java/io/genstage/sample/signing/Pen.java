package io.genstage.sample.signing;

/**
 * What the author signs with, and what takes its time.
 */
@FunctionalInterface
interface Pen {

	/**
	 * Signs a book and returns when that is done.
	 * @param reader whose book it is
	 * @throws InterruptedException if the author is called away
	 */
	void sign(Reader reader) throws InterruptedException;

}
