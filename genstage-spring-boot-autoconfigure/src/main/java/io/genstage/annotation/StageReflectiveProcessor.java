package io.genstage.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.ResolvableType;

/**
 * Tells a native image what is reached by reflection: annotated methods, which are
 * invoked, and the events that they return, of which {@code partitionBy} may read
 * properties.
 */
final class StageReflectiveProcessor implements ReflectiveProcessor {

	private final BindingReflectionHintsRegistrar events = new BindingReflectionHintsRegistrar();

	@Override
	public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
		if (element instanceof Method method) {
			hints.registerMethod(method, ExecutableMode.INVOKE);
			if (method.getReturnType() != void.class) {
				// Unlike the method it knows what a suspend function returns.
				this.events.registerReflectionHints(hints, ResolvableType.forMethodReturnType(method).getType());
			}
		}
	}

}
