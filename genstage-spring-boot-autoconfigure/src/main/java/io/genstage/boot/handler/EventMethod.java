package io.genstage.boot.handler;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Asks a method of a bean about events. It is a method handle where there can be one,
 * since a method that partitions is called for each event.
 */
public final class EventMethod implements Function<Object, @Nullable Object> {

	private final StageMethod method;

	private final @Nullable MethodHandle handle;

	private EventMethod(StageMethod method) {
		this.method = method;
		this.handle = method.handle()
			.map((handle) -> handle.asType(MethodType.methodType(Object.class, Object.class)))
			.orElse(null);
	}

	/**
	 * Makes a method of a bean callable.
	 * @param method the method as it was found on the bean's class, with one parameter
	 * @param beanClass the bean's class, not that of a proxy
	 * @param bean the bean, which may be a proxy; not asked for if the method is static
	 * @throws UnusableStageException if the method can't be called on the bean
	 */
	public static EventMethod of(Method method, Class<?> beanClass, Supplier<Object> bean)
			throws UnusableStageException {
		return new EventMethod(Modifier.isStatic(method.getModifiers()) ? StageMethod.ofStatic(beanClass, method)
				: StageMethod.of(bean.get(), beanClass, method));
	}

	@Override
	public @Nullable Object apply(Object event) {
		try {
			return (this.handle != null) ? (@Nullable Object) this.handle.invokeExact(event) : this.method.call(event);
		}
		catch (Throwable ex) {
			ReflectionUtils.rethrowRuntimeException(ex);
			throw new IllegalStateException(ex);
		}
	}

}
