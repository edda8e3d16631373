package io.genstage.jdbc;

import io.genstage.link.LinkSettlement;

/**
 * What is to become of a row, which the table doesn't have yet.
 *
 * @param row the row
 * @param settlement what becomes of its message
 */
record LinkResult(LinkRow row, LinkSettlement settlement) {

	boolean is(LinkSettlement.Action action) {
		return this.settlement.action() == action;
	}

}
