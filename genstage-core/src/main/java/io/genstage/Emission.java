package io.genstage;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * What handled events lead to.
 */
@FunctionalInterface
interface Emission {

	/** Of a stage that emits nothing. */
	Emission NONE = (parent) -> {
	};

	/**
	 * Emits the results.
	 * @param parent makes deliveries of them, if their events are such
	 */
	void emit(@Nullable UnaryOperator<Object> parent) throws Exception;

}
