/**
 * Which settings there are: what each is called, for whom it is, what it may be and where
 * it may be set.
 */
@NullMarked
package io.genstage.boot.table;

import org.jspecify.annotations.NullMarked;
