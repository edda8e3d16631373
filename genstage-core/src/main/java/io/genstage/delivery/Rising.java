package io.genstage.delivery;

/**
 * What has ended, while what is above it doesn't know of that.
 */
interface Rising {

	/** Adds its end to that of its parents. */
	void handOn(Endings endings);

}
