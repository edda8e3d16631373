/**
 * Ends of links as the tests of engines need them.
 */
@NullMarked
package io.genstage.trial.link;

import org.jspecify.annotations.NullMarked;
