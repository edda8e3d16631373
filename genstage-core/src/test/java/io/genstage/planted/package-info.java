/**
 * Mistakes that are made in the engine on purpose, to see whether the tests would notice.
 */
@NullMarked
package io.genstage.planted;

import org.jspecify.annotations.NullMarked;
