/**
 * Shows the code of the sample in a browser, read from its own jar.
 */
@NullMarked
package io.genstage.sample.code;

import org.jspecify.annotations.NullMarked;
