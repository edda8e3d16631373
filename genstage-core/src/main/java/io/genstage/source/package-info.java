/**
 * Ready-made producers: finite and lazy sequences, sources that are polled, and a bounded
 * queue that any thread can put events into.
 */
@NullMarked
package io.genstage.source;

import org.jspecify.annotations.NullMarked;
