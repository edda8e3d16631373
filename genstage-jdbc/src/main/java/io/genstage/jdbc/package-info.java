/**
 * Dead letters, progress and sources in a database: on the application's
 * {@link javax.sql.DataSource}, with Spring's JDBC and transactions.
 */
@NullMarked
package io.genstage.jdbc;

import org.jspecify.annotations.NullMarked;
