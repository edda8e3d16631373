package io.genstage.boot.observe;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * The thread-locals that are registered with {@code context-propagation}, as the sender
 * of an event has set them. Not loaded without that jar.
 */
final class SenderContext {

	private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder().clearMissing(true).build();

	private final ContextSnapshot snapshot;

	private SenderContext(ContextSnapshot snapshot) {
		this.snapshot = snapshot;
	}

	/** Returns what this thread has set, or null if that is nothing. */
	static @Nullable SenderContext capture() {
		for (ThreadLocalAccessor<?> accessor : ContextRegistry.getInstance().getThreadLocalAccessors()) {
			if (accessor.getValue() != null) {
				return new SenderContext(FACTORY.captureAll());
			}
		}
		return null;
	}

	/**
	 * Sets on this thread what the sender had set, and nothing else.
	 * @return takes it back
	 */
	Runnable set() {
		ContextSnapshot.Scope scope = this.snapshot.setThreadLocals();
		return scope::close;
	}

}
