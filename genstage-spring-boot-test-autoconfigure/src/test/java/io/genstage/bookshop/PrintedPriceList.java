package io.genstage.bookshop;

import org.springframework.stereotype.Component;

/**
 * A component without a stage.
 */
@Component
class PrintedPriceList implements PriceList {

	@Override
	public int priceOf(String title) {
		return 10 * title.length();
	}

}
