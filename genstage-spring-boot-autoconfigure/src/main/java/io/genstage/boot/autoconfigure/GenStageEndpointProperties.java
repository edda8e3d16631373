package io.genstage.boot.autoconfigure;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration of the endpoint.
 *
 * @param showValues When to show the values of the properties of a stage.
 * @param roles Roles that a user has to have to be authorized to see values. With none,
 * all authenticated users are.
 */
@ConfigurationProperties("management.endpoint.genstage")
record GenStageEndpointProperties(@DefaultValue("when-authorized") Show showValues, @DefaultValue Set<String> roles) {
}
