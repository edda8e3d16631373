package io.genstage.bookshop;

import org.springframework.stereotype.Component;

/**
 * A component that inherits its stage.
 */
@Component
class Ledger extends Bookkeeping {

}
