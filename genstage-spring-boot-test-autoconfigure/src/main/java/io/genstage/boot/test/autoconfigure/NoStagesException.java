package io.genstage.boot.test.autoconfigure;

/**
 * Thrown when a test of stages finds none.
 */
final class NoStagesException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NoStagesException() {
		super("there is no stage in this @GenStageTest");
	}

}
