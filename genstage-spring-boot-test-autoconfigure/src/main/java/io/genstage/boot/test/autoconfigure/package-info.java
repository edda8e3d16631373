/**
 * The stages of an application in a test, without the rest of it: the slice, probes and
 * time that the test lets pass.
 */
@NullMarked
package io.genstage.boot.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
