/**
 * Databases to test with: in this JVM, and private servers of PostgreSQL and MariaDB
 * where they are installed.
 */
@NullMarked
package io.genstage.jdbc.database;

import org.jspecify.annotations.NullMarked;
