package io.genstage.pipeline;

import io.genstage.SubscribeOptions;

/**
 * One edge of a graph, as its consumer defines it.
 *
 * @param producer the name of the stage to get events from
 * @param options the demand; the cancel mode doesn't matter, since the pipeline decides
 * what the end of a stage means for the others
 */
public record EdgeDefinition(String producer, SubscribeOptions options) {
}
