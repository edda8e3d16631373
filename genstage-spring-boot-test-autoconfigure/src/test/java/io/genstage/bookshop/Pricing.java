package io.genstage.bookshop;

import io.genstage.annotation.ProducerConsumer;

import org.springframework.stereotype.Component;

/**
 * A component with a stage, which needs one without.
 */
@Component
class Pricing {

	private final PriceList prices;

	Pricing(PriceList prices) {
		this.prices = prices;
	}

	@ProducerConsumer(name = "pricing", subscribeTo = "orders")
	Invoice price(String title) {
		return new Invoice(title, this.prices.priceOf(title));
	}

}
