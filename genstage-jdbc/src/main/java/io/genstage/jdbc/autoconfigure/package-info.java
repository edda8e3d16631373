/**
 * Auto-configuration of what GenStage keeps in a database.
 */
@NullMarked
package io.genstage.jdbc.autoconfigure;

import org.jspecify.annotations.NullMarked;
