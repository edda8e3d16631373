package io.genstage.boot.actuate;

import java.util.Set;

import io.genstage.boot.actuate.GenStageEndpoint.StageDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Shows one stage over HTTP, with the values of its properties only to those who may see
 * them.
 */
@EndpointWebExtension(endpoint = GenStageEndpoint.class)
public class GenStageEndpointWebExtension {

	private final GenStageEndpoint endpoint;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Creates the extension.
	 * @param endpoint shows the stages
	 * @param showValues when values of properties are shown
	 * @param roles the roles of those who are authorized; with none everybody is who is
	 * authenticated
	 */
	public GenStageEndpointWebExtension(GenStageEndpoint endpoint, Show showValues, Set<String> roles) {
		this.endpoint = endpoint;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Returns one stage.
	 * @param securityContext knows who asks
	 * @param stage where its name is
	 * @return the stage, or {@code null} (404) if there is none of that name
	 */
	@ReadOperation
	public @Nullable StageDescriptor stage(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) StagePath stage) {
		return this.endpoint.stage(stage.stage(), this.showValues.isShown(securityContext, this.roles));
	}

}
