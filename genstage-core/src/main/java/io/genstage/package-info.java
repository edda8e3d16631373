/**
 * The engine: stages that exchange events on demand, as in Elixir's GenStage. Start with
 * {@link io.genstage.StageSystem}.
 */
@NullMarked
package io.genstage;

import org.jspecify.annotations.NullMarked;
