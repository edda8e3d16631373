/**
 * Pictures of graphs: one layout, from the left to the right, and what is drawn from it.
 * It stands on the public types of the managed graph and knows nothing of its runs.
 */
@NullMarked
package io.genstage.picture;

import org.jspecify.annotations.NullMarked;
