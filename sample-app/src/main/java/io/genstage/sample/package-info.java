/**
 * The sample application.
 */
@NullMarked
package io.genstage.sample;

import org.jspecify.annotations.NullMarked;
