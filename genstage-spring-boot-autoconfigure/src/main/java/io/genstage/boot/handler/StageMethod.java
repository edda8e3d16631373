package io.genstage.boot.handler;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.NativeDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean that can be called, with its types as they are in the class of the
 * bean.
 */
final class StageMethod {

	private final @Nullable Object bean;

	private final Method method;

	private final ResolvableType returnType;

	private final List<ResolvableType> parameterTypes;

	private final boolean suspending;

	private StageMethod(@Nullable Object bean, Class<?> beanClass, Method annotated, Method method) {
		this.bean = bean;
		this.method = method;
		this.suspending = SuspendFunctions.isOne(annotated);
		this.returnType = this.suspending ? SuspendFunctions.returnType(annotated, beanClass)
				: ResolvableType.forMethodReturnType(annotated, beanClass);
		this.parameterTypes = IntStream.range(0, SuspendFunctions.parameterCount(annotated))
			.mapToObj((index) -> ResolvableType.forMethodParameter(annotated, index, beanClass))
			.toList();
	}

	/**
	 * Finds the method of a bean that may be a proxy.
	 * @param bean the bean to call it on
	 * @param beanClass the bean's class, not that of a proxy
	 * @param annotated the method as it was found on the bean's class
	 * @return the method
	 * @throws UnusableStageException if the method can't be called on the bean
	 */
	static StageMethod of(Object bean, Class<?> beanClass, Method annotated) throws UnusableStageException {
		if (Modifier.isPrivate(annotated.getModifiers())) {
			throw new UnusableStageException("it is private, where no proxy can reach it: make it package-private");
		}
		if (SuspendFunctions.isOne(annotated) && !SuspendFunctions.CALLABLE) {
			throw new UnusableStageException("it is a suspend function, which can't be called: "
					+ "add kotlin-reflect and kotlinx-coroutines-reactor to the class path");
		}
		AsyncMethods.refuse(annotated, beanClass);
		try {
			Method method = invocable(annotated, beanClass, bean.getClass());
			refuseIfProxySkips(method, bean);
			ReflectionUtils.makeAccessible(method);
			return new StageMethod(bean, beanClass, annotated, method);
		}
		catch (IllegalStateException ex) {
			throw new UnusableStageException("it can't be called on the bean: " + ex.getMessage());
		}
	}

	/** Returns a static method, which needs no bean. */
	static StageMethod ofStatic(Class<?> beanClass, Method method) {
		ReflectionUtils.makeAccessible(method);
		return new StageMethod(null, beanClass, method, method);
	}

	private static Method invocable(Method annotated, Class<?> beanClass, Class<?> proxy) {
		try {
			return AopUtils.selectInvocableMethod(annotated, proxy);
		}
		catch (IllegalStateException ex) {
			return ofGenericInterface(annotated, beanClass, proxy).orElseThrow(() -> ex);
		}
	}

	/**
	 * Finds the method of an interface that has the types of the annotated method only by
	 * what the class of the bean says the interface's type variables are.
	 */
	private static Optional<Method> ofGenericInterface(Method annotated, Class<?> beanClass, Class<?> proxy) {
		List<Class<?>> parameters = parameterClasses(annotated, beanClass);
		return Arrays.stream(ClassUtils.getAllInterfacesForClass(proxy))
			.filter((type) -> type.isAssignableFrom(beanClass))
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.filter((method) -> method.getName().equals(annotated.getName())
					&& parameterClasses(method, beanClass).equals(parameters))
			.findFirst();
	}

	private static List<Class<?>> parameterClasses(Method method, Class<?> beanClass) {
		return IntStream.range(0, method.getParameterCount())
			.<Class<?>>mapToObj((index) -> ResolvableType.forMethodParameter(method, index, beanClass).toClass())
			.toList();
	}

	/**
	 * What its proxy can't override would run on the proxy, whose fields are all empty.
	 */
	private static void refuseIfProxySkips(Method method, Object bean) throws UnusableStageException {
		if (!AopUtils.isCglibProxy(bean) || Modifier.isStatic(method.getModifiers())) {
			return;
		}
		if (Modifier.isFinal(method.getModifiers())) {
			throw new UnusableStageException(
					"it is final, so the proxy of its class can't pass calls on to the bean: remove 'final'");
		}
		Class<?> owner = method.getDeclaringClass();
		Class<?> proxy = bean.getClass();
		if (isPackagePrivate(method) && !isInSamePackage(owner, proxy)) {
			String where = owner.getPackageName().equals(proxy.getPackageName()) ? "another class loader"
					: proxy.getPackageName();
			throw new UnusableStageException(("it is package-private in %s, where the proxy of %s can't pass calls on "
					+ "to the bean: make it protected or public")
				.formatted(owner.getPackageName(), where));
		}
	}

	private static boolean isPackagePrivate(Method method) {
		return (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE)) == 0;
	}

	/** As the JVM sees it, to which a package of another class loader is another one. */
	private static boolean isInSamePackage(Class<?> one, Class<?> other) {
		return Objects.equals(one.getClassLoader(), other.getClassLoader())
				&& one.getPackageName().equals(other.getPackageName());
	}

	/**
	 * Returns whether it is a suspend function, and so never complete when it returns.
	 */
	boolean isSuspending() {
		return this.suspending;
	}

	ResolvableType returnType() {
		return this.returnType;
	}

	List<ResolvableType> parameterTypes() {
		return this.parameterTypes;
	}

	/** Returns a parameter's place and type, and its name if the compiler kept it. */
	String parameter(int index) {
		String type = "parameter %d of type %s".formatted(index + 1, this.parameterTypes.get(index));
		return this.method.getParameters()[index].isNamePresent()
				? "%s ('%s')".formatted(type, this.method.getParameters()[index].getName()) : type;
	}

	/** Calls the method with arguments from the given sources. */
	<C> @Nullable Object call(List<ArgumentSource<C>> sources, C call) throws Exception {
		@Nullable Object[] arguments = new Object[sources.size()];
		for (int index = 0; index < arguments.length; index++) {
			arguments[index] = sources.get(index).argument(call);
		}
		return call(arguments);
	}

	/**
	 * Returns a handle that calls the method on its bean.
	 * @return the handle, or nothing where only reflection will do: for suspend
	 * functions, and in a native image, which interprets handles
	 */
	Optional<MethodHandle> handle() {
		if (this.suspending || NativeDetector.inNativeImage()) {
			return Optional.empty();
		}
		try {
			MethodHandle handle = MethodHandles.lookup().unreflect(this.method).asFixedArity();
			return Optional.of(Modifier.isStatic(this.method.getModifiers()) ? handle : handle.bindTo(this.bean));
		}
		catch (IllegalAccessException ex) {
			return Optional.empty();
		}
	}

	/** Calls the method by reflection. */
	@Nullable Object call(@Nullable Object... arguments) throws Exception {
		try {
			return this.suspending ? SuspendFunctions.call(this.method, Objects.requireNonNull(this.bean), arguments)
					: this.method.invoke(this.bean, arguments);
		}
		catch (IllegalArgumentException ex) {
			throw new UnfitEventException(
					"method %s was called with %s: %s".formatted(this, classNames(arguments), ex.getMessage()), ex);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
			throw ex;
		}
	}

	UnusableStageException unusable(String problem) {
		return new UnusableStageException("method %s %s".formatted(this, problem));
	}

	@Override
	public String toString() {
		return "'%s %s(%s)'".formatted(this.returnType.toClass().getSimpleName(), this.method.getName(),
				this.parameterTypes.stream()
					.map((type) -> type.toClass().getSimpleName())
					.collect(Collectors.joining(", ")));
	}

	/** Returns what the arguments are and not their values, which are events. */
	private static String classNames(@Nullable Object[] arguments) {
		return Arrays.stream(arguments).map(ClassUtils::getDescriptiveType).collect(Collectors.joining(", "));
	}

}
