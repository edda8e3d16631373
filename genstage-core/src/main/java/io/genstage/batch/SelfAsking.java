package io.genstage.batch;

import io.genstage.Stage;

/**
 * Stages that ask for events themselves, and so would be asked for their batches by two.
 */
final class SelfAsking {

	private SelfAsking() {
	}

	static void refuse(Stage stage, boolean asksItself) {
		if (asksItself) {
			throw new IllegalArgumentException(
					"%s can't be given batches, since it asks for events itself: put a batching producer-consumer before it"
						.formatted(stage.getClass().getName()));
		}
	}

}
