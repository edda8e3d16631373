/**
 * Databases to test with: in this JVM, and on private servers.
 */
@NullMarked
package io.genstage.jdbc.database;

import org.jspecify.annotations.NullMarked;
