package io.genstage.boot.autoconfigure;

/**
 * An application has a version of Spring Boot that this library doesn't work with.
 */
final class UnsupportedBootVersionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnsupportedBootVersionException(String version) {
		super("GenStage for Spring works with Spring Boot 4.0 and 4.1, but this application has Spring Boot %s."
			.formatted(version));
	}

}
