package io.genstage.boot;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Asks a method of a bean about events. It is a method handle, since a method that
 * partitions is called for each event.
 */
final class EventMethod implements Function<Object, @Nullable Object> {

	private final MethodHandle handle;

	private EventMethod(MethodHandle handle) {
		this.handle = handle.asType(MethodType.methodType(Object.class, Object.class));
	}

	/**
	 * Makes a method of a bean callable.
	 * @param method the method as it was found on the bean's class, with one parameter
	 * @param beanClass the bean's class, not that of a proxy
	 * @param bean the bean, which may be a proxy; not asked for if the method is static
	 * @throws UnusableStageException if the method can't be called on the bean
	 */
	static EventMethod of(Method method, Class<?> beanClass, Supplier<Object> bean) throws UnusableStageException {
		if (Modifier.isStatic(method.getModifiers())) {
			ReflectionUtils.makeAccessible(method);
			return new EventMethod(handle(method));
		}
		Object target = bean.get();
		return new EventMethod(handle(StageMethod.of(target, beanClass, method).invocable()).bindTo(target));
	}

	private static MethodHandle handle(Method accessible) {
		try {
			return MethodHandles.lookup().unreflect(accessible);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public @Nullable Object apply(Object event) {
		try {
			return (@Nullable Object) this.handle.invokeExact(event);
		}
		catch (Throwable ex) {
			ReflectionUtils.rethrowRuntimeException(ex);
			throw new IllegalStateException(ex);
		}
	}

}
