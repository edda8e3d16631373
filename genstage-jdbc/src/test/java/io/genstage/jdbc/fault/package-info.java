/**
 * What becomes of events of a table when the database, or what works with it, fails.
 */
@NullMarked
package io.genstage.jdbc.fault;

import org.jspecify.annotations.NullMarked;
