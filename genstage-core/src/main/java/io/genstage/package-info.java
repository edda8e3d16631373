/**
 * The engine: stages that exchange events on demand, as in Elixir's GenStage. Start with
 * {@link io.genstage.StageSystem}.
 * <p>
 * What is public is the API: stages and their contexts, options, references, status and
 * reasons. What is package-private is the engine behind it, which sealed types of the API
 * name: an actor for each kind of stage, which takes the messages of its mailbox one by
 * one, an inflow and an outflow, and an open subscription between two of them.
 * <p>
 * It stands on packages that know nothing of it: {@code buffer}, {@code dispatch},
 * {@code demand}, {@code account}, {@code intake}, {@code batch}, {@code rate},
 * {@code thread} and {@code log}.
 */
@NullMarked
package io.genstage;

import org.jspecify.annotations.NullMarked;
