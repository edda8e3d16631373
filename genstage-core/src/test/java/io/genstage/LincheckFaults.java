package io.genstage;

import java.util.concurrent.atomic.AtomicReference;

import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests that must fail in some order of their threads.
 */
public final class LincheckFaults {

	private LincheckFaults() {
	}

	/**
	 * Fails unless Lincheck meets a fault. Lincheck repeats the order that it has met in
	 * order to describe it, and its description fails itself now and then on a busy
	 * machine, so what counts is that the test has failed, not how Lincheck tells it.
	 * @param fault a part of the message of the exception that the test throws then
	 * @param invocations how many orders to try
	 * @param test the test, which throws an {@link IllegalStateException}
	 */
	public static void assertFound(String fault, int invocations, Runnable test) {
		AtomicReference<@Nullable String> met = new AtomicReference<>();
		Throwable told = catchThrowable(() -> Lincheck.runConcurrentTest(invocations, () -> note(test, met)));
		assertThat(met.get()).contains(fault);
		assertThat(told).isNotNull();
	}

	private static void note(Runnable test, AtomicReference<@Nullable String> met) {
		try {
			test.run();
		}
		catch (IllegalStateException ex) {
			met.set(ex.getMessage());
			throw ex;
		}
	}

}
