package io.genstage.delivery;

/**
 * What gets to know how a delivery has ended: the event or the events that it was made
 * from, or the source.
 */
sealed interface Above permits Carried, Node, Nobody, Settlement {

}
