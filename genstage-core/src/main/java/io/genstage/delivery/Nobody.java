package io.genstage.delivery;

/**
 * In the place of a source: nobody gets to know how a delivery has ended.
 */
enum Nobody implements Above {

	INSTANCE

}
