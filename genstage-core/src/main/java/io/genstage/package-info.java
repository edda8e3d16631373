/**
 * The engine: stages that pass events down only as far as they are asked for.
 */
@NullMarked
package io.genstage;

import org.jspecify.annotations.NullMarked;
