/**
 * What actuator shows of the pipelines: endpoint, health and meters.
 */
@NullMarked
package io.genstage.boot.actuate;

import org.jspecify.annotations.NullMarked;
