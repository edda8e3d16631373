package io.genstage.simulation;

/**
 * An event that knows the stage that emitted it and its place among that stage's events.
 */
record SimulatedEvent(String emitter, long number) {
}
