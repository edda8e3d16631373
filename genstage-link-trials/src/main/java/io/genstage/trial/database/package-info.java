/**
 * Private servers of PostgreSQL and MariaDB, where they are installed.
 */
@NullMarked
package io.genstage.trial.database;

import org.jspecify.annotations.NullMarked;
