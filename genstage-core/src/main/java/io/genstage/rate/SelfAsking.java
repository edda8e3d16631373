package io.genstage.rate;

import io.genstage.Stage;

/**
 * Stages that ask for events themselves, so that nobody can ask for them.
 */
final class SelfAsking {

	private SelfAsking() {
	}

	static void refuse(Stage stage, boolean asksItself) {
		if (asksItself) {
			throw new IllegalArgumentException(
					"%s can't be limited, since it asks for events itself: put a limited producer-consumer before it"
						.formatted(stage.getClass().getName()));
		}
	}

}
