/**
 * Pipelines of events with settlements, run by one thread in a random order that a seed
 * decides, and an account of what becomes of each event that is kept beside the engine.
 */
@NullMarked
package io.genstage.settling;

import org.jspecify.annotations.NullMarked;
