/**
 * Auto-configuration of GenStage for Spring.
 */
@NullMarked
package io.genstage.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
