package io.genstage.bookshop;

import io.genstage.annotation.Consumer;

/**
 * Declares a stage for what extends it.
 */
abstract class Bookkeeping {

	@Consumer(name = "ledger", subscribeTo = "pricing")
	void enter(Invoice invoice) {
		// Its probe sees it.
	}

}
