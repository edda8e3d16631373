/**
 * How an event gets its one outcome, and how its source gets to know it. A leaf: it knows
 * nothing of stages, and the engine carries a {@link io.genstage.delivery.Delivery} in
 * the place of its event.
 *
 * <pre>
 *  source                      stage                       stages below
 *
 *  Delivery of e  ──emit──▶  handles e  ──with(output)──▶  child of e,  child of e
 *      ▲                        │                             │            │
 *      │                        │ settle(verdict)             │ settle     │ settle
 *      │                        ▼                             ▼            ▼
 *      │         own work done, children open: 2 ···· 1 ···· 0: ended, the worst of all
 *      │                                                     │
 *      │                                                     ▼  any thread
 *      │                                              SettlementQueue
 *      │                                                     │  one call at a time,
 *      │                                                     ▼  on an executor
 *  Acknowledger.settle(group, accepted [e, …], failed […])  ◀┘
 * </pre>
 *
 * A handler of several events makes outputs that are children of a
 * {@link io.genstage.delivery.DeliveryGroup}, which is a child of each event of the call.
 * <p>
 * API for sources are {@code Delivery}, {@code Acknowledger}, {@code Settlement},
 * {@code SourceHint} and {@code Outcome}; for handlers {@code Acknowledgement},
 * {@code Outcomes} and {@code BatchFailure}. The rest is public only because the engine
 * lives in other packages, as the methods are that say so.
 */
@NullMarked
package io.genstage.delivery;

import org.jspecify.annotations.NullMarked;
