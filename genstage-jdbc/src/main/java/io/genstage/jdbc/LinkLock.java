package io.genstage.jdbc;

/**
 * The right to read a link, which one reader has at a time, in one process or in many. It
 * is free again as soon as its owner is gone, by its own will or not: nobody measures a
 * time for it. One thread uses it.
 */
interface LinkLock {

	/**
	 * Takes the lock if it is free.
	 * @return whether this has it now
	 * @throws org.springframework.dao.DataAccessException if the database can't be asked
	 */
	boolean take();

	/**
	 * Gives the lock back if this has it.
	 * @throws org.springframework.dao.DataAccessException if that can't be done but by
	 * ending the session
	 */
	void release();

}
