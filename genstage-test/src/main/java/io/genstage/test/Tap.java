package io.genstage.test;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.Stage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Passes all calls on to a stage and looks at them on the way. It knows callbacks by what
 * they are: one that returns a list emits its events; a consumer's {@code handleEvents}
 * has got its batch when it returns, and has handled it unless the stage reports itself
 * what it has handled, which may be in any callback.
 *
 * @param stage the tapped stage
 * @param probe gets the events
 */
record Tap(Stage stage, StageProbe probe) implements InvocationHandler {

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.getName().equals("equals") && arguments != null) {
			return isSame(proxy, arguments[0]);
		}
		if (arguments != null && arguments[0] instanceof StageProbe.Injection injection) {
			this.probe.note(injection.events());
			return injection.events();
		}
		if (arguments != null && arguments[0] instanceof StageContext context && method.getName().equals("onStart")) {
			this.probe.started(context.self());
		}
		if (arguments != null && this.stage instanceof ConsumerStage<?> && method.getName().equals("handleEvents")) {
			handle(method, arguments);
			return null;
		}
		Object result = invoke(method, arguments);
		if (result instanceof List<?> emitted) {
			this.probe.note(emitted);
		}
		return result;
	}

	/** A consumer that fails in the middle has handled the events before. */
	private void handle(Method method, Object[] arguments) throws Throwable {
		List<?> events = (List<?>) arguments[0];
		Subscription from = (Subscription) arguments[1];
		long before = from.status().handled();
		try {
			invoke(method, arguments);
		}
		catch (Throwable ex) {
			this.probe.note(events.subList(0, (int) (from.status().handled() - before)));
			throw ex;
		}
		this.probe.note(events);
	}

	@SuppressWarnings("ReferenceEquality") // the tapped stage doesn't know its proxy
	private static boolean isSame(Object proxy, @Nullable Object other) {
		return proxy == other;
	}

	/** Any thread may ask for the backlog, and often does. */
	private boolean isCallback(Method method) {
		return !method.getName().equals("backlog") && this.probe.waitsForReports();
	}

	private @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(this.stage, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
		finally {
			if (isCallback(method)) {
				this.probe.look();
			}
		}
	}

}
