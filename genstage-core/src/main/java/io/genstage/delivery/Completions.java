package io.genstage.delivery;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Completes the ends of deliveries, one after the other. What hangs on such an end may
 * settle another delivery, whose end is completed when the first is through: so a chain
 * of them doesn't grow the stack.
 */
final class Completions {

	private static final ThreadLocal<Queue<Runnable>> WAITING = new ThreadLocal<>();

	private Completions() {
	}

	static void complete(CompletableFuture<Outcome> end, Outcome outcome) {
		Queue<Runnable> outer = WAITING.get();
		if (outer != null) {
			outer.add(() -> end.complete(outcome));
			return;
		}
		Queue<Runnable> waiting = new ArrayDeque<>();
		WAITING.set(waiting);
		try {
			end.complete(outcome);
			for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
				next.run();
			}
		}
		finally {
			WAITING.remove();
		}
	}

}
