package io.genstage.boot.handler;

import org.jspecify.annotations.Nullable;

/**
 * Where one argument of a method comes from when the method is called.
 *
 * @param <C> what the method is called with
 */
@FunctionalInterface
interface ArgumentSource<C> {

	@Nullable Object argument(C call);

}
