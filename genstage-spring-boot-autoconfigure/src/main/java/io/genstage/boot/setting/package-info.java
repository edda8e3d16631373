/**
 * What is in force of all that annotations, properties and defaults say: each setting
 * from the nearest place that says it.
 */
@NullMarked
package io.genstage.boot.setting;

import org.jspecify.annotations.NullMarked;
