package io.genstage.boot.actuate;

import java.security.Principal;

import io.genstage.log.StageNames;

import org.springframework.boot.actuate.endpoint.SecurityContext;

/**
 * Says in a line of the log who has sent a request.
 */
final class RequestedBy {

	private RequestedBy() {
	}

	/** Returns the name of the user in quotes, or that it is not known. */
	static String name(SecurityContext securityContext) {
		Principal principal = securityContext.getPrincipal();
		String name = (principal != null) ? principal.getName() : null;
		return (name != null) ? "'%s'".formatted(StageNames.printable(name)) : "an unknown user";
	}

}
