package io.genstage.boot.handler;

import java.lang.reflect.Method;

import kotlin.Unit;
import org.jspecify.annotations.Nullable;

import org.springframework.core.CoroutinesUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * The suspend functions of Kotlin among the methods of beans.
 */
public final class SuspendFunctions {

	/** Whether there are the jars by which they are called. */
	static final boolean CALLABLE = isPresent("kotlin.reflect.full.KClasses")
			&& isPresent("kotlinx.coroutines.reactor.MonoKt") && isPresent("reactor.core.publisher.Mono");

	private SuspendFunctions() {
	}

	static boolean isOne(Method method) {
		return KotlinDetector.isSuspendingFunction(method);
	}

	/**
	 * Returns how many parameters the user wrote, of any method. The compiler adds the
	 * continuation of a suspend function behind them.
	 */
	public static int parameterCount(Method method) {
		return isOne(method) ? method.getParameterCount() - 1 : method.getParameterCount();
	}

	/**
	 * Returns the type that the user wrote, of which Kotlin's nothing is that of Java.
	 */
	static ResolvableType returnType(Method function, Class<?> implementation) {
		ResolvableType type = ResolvableType.forMethodReturnType(function, implementation);
		return (type.toClass() == Unit.class) ? ResolvableType.forClass(void.class) : type;
	}

	/**
	 * Returns what a function will return, as a reactive type that calls it when somebody
	 * subscribes, and cancels it if the subscription is cancelled.
	 */
	static Object call(Method function, Object target, @Nullable Object... arguments) {
		return CoroutinesUtils.invokeSuspendingFunction(function, target, arguments);
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, SuspendFunctions.class.getClassLoader());
	}

}
