package io.genstage.boot.autoconfigure;

import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration of the endpoint of dead letters.
 *
 * @param roles Roles that a user has to have to be authorized to see data of events. With
 * none, all authenticated users are.
 */
@ConfigurationProperties("management.endpoint.genstagedeadletters")
record GenStageDeadLettersEndpointProperties(@DefaultValue Set<String> roles) {
}
