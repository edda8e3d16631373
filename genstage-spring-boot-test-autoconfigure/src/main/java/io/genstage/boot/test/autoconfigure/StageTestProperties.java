package io.genstage.boot.test.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration of tests of stages, which {@link AutoConfigureStageProbes} sets.
 *
 * @param virtualTime Whether the time of the stages passes only when the test lets it.
 */
@ConfigurationProperties("genstage.test")
record StageTestProperties(@DefaultValue("false") boolean virtualTime) {
}
