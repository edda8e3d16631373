/**
 * Links: edges that leave the JVM, carried by an engine that keeps events, such as a
 * broker or a database.
 *
 * <pre>
 *  JVM A                                          JVM B
 *
 *  orders ──▶ LinkSender ──▶ LinkWriter  ~ engine ~  LinkReader ──▶ LinkReceiver ──▶ bill
 *                  ◀── confirmed ──┘                     └── ask, settle ──┘
 * </pre>
 *
 * A link is two ordinary stages. The sending one is a consumer, whose events are handled
 * when the engine has confirmed them; so its demand is what may be unconfirmed. The
 * receiving one is a producer: demand for its events is credit of the reader, and what
 * becomes of an event is the settlement of its message.
 * <p>
 * Each event is handled at least once as long as the engine keeps it, and no more
 * messages are in the JVM than were asked for. Which engine carries a link is up to a
 * {@link io.genstage.link.LinkProvider}; {@link io.genstage.link.MemoryLinks} is the one
 * without an engine, for tests and for a single JVM. What providers promise is tested by
 * {@code LinkProviderContract} of {@code genstage-test}.
 */
@NullMarked
package io.genstage.link;

import org.jspecify.annotations.NullMarked;
