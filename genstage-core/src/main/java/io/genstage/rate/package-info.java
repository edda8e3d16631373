/**
 * Stages that let no more than so many events pass in some time.
 */
@NullMarked
package io.genstage.rate;

import org.jspecify.annotations.NullMarked;
