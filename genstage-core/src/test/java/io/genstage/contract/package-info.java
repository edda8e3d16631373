/**
 * What a user writes against the public interfaces of the engine, and how a user tests
 * it.
 */
@NullMarked
package io.genstage.contract;

import org.jspecify.annotations.NullMarked;
