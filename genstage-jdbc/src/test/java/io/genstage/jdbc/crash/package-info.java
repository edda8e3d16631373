/**
 * An application that is killed while it works, and what is left of its work.
 */
@NullMarked
package io.genstage.jdbc.crash;

import org.jspecify.annotations.NullMarked;
