package io.genstage.boot.handler;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * The methods of beans that return before they have done their work.
 */
final class AsyncMethods {

	/** What Spring takes as such, of which some may be absent. */
	private static final List<String> ANNOTATIONS = List.of("org.springframework.scheduling.annotation.Async",
			"jakarta.ejb.Asynchronous", "jakarta.enterprise.concurrent.Asynchronous");

	private AsyncMethods() {
	}

	/**
	 * Refuses a method of which nobody learns when it has done its work, so that a stage
	 * would ask for more and more.
	 * @param method the method, as it is in the class of the bean
	 * @param beanClass the class of the bean
	 */
	static void refuse(Method method, Class<?> beanClass) throws UnusableStageException {
		if (!CompletableFuture.class.isAssignableFrom(method.getReturnType())
				&& (isAsync(method) || isAsync(beanClass) || isAsync(method.getDeclaringClass()))) {
			throw new UnusableStageException(("its method '%s' is @Async, so nobody knows when its work is done: "
					+ "let it return a CompletableFuture, or remove @Async, as stages have threads of their own")
				.formatted(method.getName()));
		}
	}

	private static boolean isAsync(AnnotatedElement element) {
		MergedAnnotations annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
		return ANNOTATIONS.stream().anyMatch(annotations::isPresent);
	}

}
