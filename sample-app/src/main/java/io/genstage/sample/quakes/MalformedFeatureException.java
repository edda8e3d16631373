package io.genstage.sample.quakes;

import io.genstage.failure.EventRejectedException;

/**
 * Says why a feature is no quake, without quoting it. To read it once more would not
 * help, so that it becomes a dead letter at once.
 */
class MalformedFeatureException extends EventRejectedException {

	private static final long serialVersionUID = 1L;

	MalformedFeatureException(String message) {
		super(message);
	}

}
