/**
 * The whole engine run by one thread in a random order that a seed decides, and the
 * invariants that have to hold in any order.
 */
package io.genstage.simulation;
