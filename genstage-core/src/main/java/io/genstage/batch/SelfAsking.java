package io.genstage.batch;

import io.genstage.Stage;

/**
 * Stages that ask for events themselves, and so would be asked for their batches by two,
 * or that report themselves what they have handled.
 */
final class SelfAsking {

	private SelfAsking() {
	}

	static void refuse(Stage stage, boolean asksItself, boolean reportsHandled) {
		if (asksItself || reportsHandled) {
			throw new IllegalArgumentException(
					"%s can't be given batches, since it %s itself: put a batching producer-consumer before it"
						.formatted(stage.getClass().getName(),
								asksItself ? "asks for events" : "reports what it has handled"));
		}
	}

}
