/**
 * The processes that tests start beside their own.
 */
@NullMarked
package io.genstage.trial.process;

import org.jspecify.annotations.NullMarked;
