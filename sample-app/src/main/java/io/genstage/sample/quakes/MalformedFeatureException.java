package io.genstage.sample.quakes;

/**
 * Says why a feature is no quake, without quoting it.
 */
class MalformedFeatureException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MalformedFeatureException(String message) {
		super(message);
	}

}
