package io.genstage.bookshop;

/**
 * What books cost.
 */
interface PriceList {

	int priceOf(String title);

}
