package io.genstage.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Registers for a native image what is reached by reflection: annotated methods, which
 * are invoked, the events that they return, of which {@code partitionBy} may read
 * properties, and the methods beside them that take one event, which {@code partitionBy},
 * {@code batch} and {@code selector} may name.
 */
final class StageReflectiveProcessor implements ReflectiveProcessor {

	private final BindingReflectionHintsRegistrar events = new BindingReflectionHintsRegistrar();

	@Override
	public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
		if (element instanceof Method method) {
			hints.registerMethod(method, ExecutableMode.INVOKE);
			if (method.getReturnType() != void.class) {
				// Unlike the method it knows what a suspend function returns.
				registerEvents(hints, ResolvableType.forMethodReturnType(method));
			}
			registerEventMethods(hints, AnnotatedElementUtils.hasAnnotation(method, Bean.class) ? method.getReturnType()
					: method.getDeclaringClass());
		}
		else if (element instanceof Class<?> beanClass) {
			registerEventMethods(hints, beanClass);
		}
	}

	/** Subtypes of a sealed type have properties that the type itself has not. */
	private void registerEvents(ReflectionHints hints, ResolvableType type) {
		this.events.registerReflectionHints(hints, type.getType());
		if (type.toClass().isSealed()) {
			for (Class<?> permitted : type.toClass().getPermittedSubclasses()) {
				registerEvents(hints, ResolvableType.forClass(permitted));
			}
		}
		for (ResolvableType generic : type.getGenerics()) {
			registerEvents(hints, generic);
		}
	}

	/** A property may name any of them. */
	private static void registerEventMethods(ReflectionHints hints, Class<?> beanClass) {
		ReflectionUtils.doWithMethods(beanClass, (method) -> hints.registerMethod(method, ExecutableMode.INVOKE),
				(method) -> method.getParameterCount() == 1 && method.getReturnType() != void.class
						&& !Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic()
						&& !method.getDeclaringClass().getName().startsWith("java."));
	}

}
