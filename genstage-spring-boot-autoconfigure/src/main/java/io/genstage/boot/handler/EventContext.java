package io.genstage.boot.handler;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Keeps the thread-locals that are registered with {@code context-propagation} from going
 * over from one event to another. Without that jar nobody knows which there are.
 */
final class EventContext {

	private static final boolean PRESENT = ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory",
			EventContext.class.getClassLoader());

	private EventContext() {
	}

	/** Returns a handler behind which all is as it was before the call. */
	static Handler behind(Handler handler) {
		return !PRESENT ? handler : (events, from, context, acknowledgement) -> {
			Map<Object, Object> before = Registered.values();
			try {
				return handler.handle(events, from, context, acknowledgement);
			}
			finally {
				Registered.restore(before);
			}
		};
	}

	/** Does something behind which all is as it was before. */
	static void restoring(Runnable action) {
		if (!PRESENT) {
			action.run();
			return;
		}
		Map<Object, Object> before = Registered.values();
		try {
			action.run();
		}
		finally {
			Registered.restore(before);
		}
	}

	/** Does something while nothing is set. */
	static void hiding(Runnable action) {
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

		/** More scopes than this nobody leaves open in one call. */
		private static final int MAX_SCOPES = 100;

		/** Returns what is set by the keys of the accessors. It is mostly nothing. */
		static Map<Object, Object> values() {
			Map<Object, Object> values = Map.of();
			for (ThreadLocalAccessor<?> accessor : ContextRegistry.getInstance().getThreadLocalAccessors()) {
				Object value = accessor.getValue();
				if (value != null) {
					values = values.isEmpty() ? new HashMap<>() : values;
					values.put(accessor.key(), value);
				}
			}
			return values;
		}

		static void restore(Map<Object, Object> before) {
			for (ThreadLocalAccessor<?> accessor : ContextRegistry.getInstance().getThreadLocalAccessors()) {
				restore(accessor, before.get(accessor.key()));
			}
		}

		@SuppressWarnings("unchecked") // it is the accessor's own value
		private static <V> void restore(ThreadLocalAccessor<V> accessor, @Nullable Object before) {
			for (int scopes = 0; scopes < MAX_SCOPES && !Objects.equals(accessor.getValue(), before); scopes++) {
				if (before != null) {
					accessor.restore((V) before);
				}
				else {
					accessor.restore();
				}
			}
		}

		static void hide(Runnable action) {
			if (values().isEmpty()) {
				action.run();
				return;
			}
			NOTHING.wrap(action).run();
		}

	}

}
