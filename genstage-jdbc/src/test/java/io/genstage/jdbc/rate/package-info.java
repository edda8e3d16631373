/**
 * How fast links in databases are, beside bare clients.
 */
@NullMarked
package io.genstage.jdbc.rate;

import org.jspecify.annotations.NullMarked;
