/**
 * How fast links are, beside bare clients of their engines.
 */
@NullMarked
package io.genstage.trial.rate;

import org.jspecify.annotations.NullMarked;
