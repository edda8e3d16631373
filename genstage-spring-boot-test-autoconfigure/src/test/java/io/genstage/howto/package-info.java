/**
 * What the pages in {@code docs/howto} show, each job with a test.
 */
@NullMarked
package io.genstage.howto;

import org.jspecify.annotations.NullMarked;
