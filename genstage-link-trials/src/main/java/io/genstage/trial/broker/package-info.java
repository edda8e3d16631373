/**
 * A broker of the tests' own, in a process that can be killed, and a network to it that
 * can be cut.
 */
@NullMarked
package io.genstage.trial.broker;

import org.jspecify.annotations.NullMarked;
