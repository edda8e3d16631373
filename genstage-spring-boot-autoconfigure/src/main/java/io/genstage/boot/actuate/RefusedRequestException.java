package io.genstage.boot.actuate;

import java.io.Serial;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * A request isn't done, and whoever has sent it learns why. The message says what was
 * expected, and nothing of what came.
 */
final class RefusedRequestException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1;

	private final int status;

	RefusedRequestException(String message) {
		this(WebEndpointResponse.STATUS_BAD_REQUEST, message);
	}

	RefusedRequestException(int status, String message) {
		super(message, null, false, false);
		this.status = status;
	}

	/** There is nothing of the name that was asked for. */
	static RefusedRequestException notFound() {
		return new RefusedRequestException(WebEndpointResponse.STATUS_NOT_FOUND, "there is nothing of that name");
	}

	int status() {
		return this.status;
	}

	/** Returns what whoever has sent the request is answered. */
	RefusalDescriptor body() {
		return new RefusalDescriptor(String.valueOf(getMessage()));
	}

}
