package io.genstage.boot.autoconfigure;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;

import org.springframework.util.ClassUtils;

/**
 * Hides the thread-locals that are registered with {@code context-propagation}, if there
 * are any.
 */
final class HiddenContext {

	private static final boolean PRESENT = ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory",
			HiddenContext.class.getClassLoader());

	private HiddenContext() {
	}

	/** Does something while nothing is set, and leaves nothing behind that it sets. */
	static void during(Runnable action) {
		if (PRESENT) {
			Registered.hide(action);
		}
		else {
			action.run();
		}
	}

	/**
	 * Not loaded without the jar.
	 */
	private static final class Registered {

		private static final ContextSnapshot NOTHING = ContextSnapshotFactory.builder()
			.clearMissing(true)
			.build()
			.captureFrom();

		static void hide(Runnable action) {
			NOTHING.wrap(action).run();
		}

	}

}
