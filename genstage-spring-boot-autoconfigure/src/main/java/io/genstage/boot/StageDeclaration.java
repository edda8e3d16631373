package io.genstage.boot;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;

import io.genstage.StageKind;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * An annotation that declares a stage, with what it says and where it is.
 *
 * @param name the stage's name
 * @param kind the kind by the annotation
 * @param beanName the bean that is the stage or has the method
 * @param beanType the declared type of that bean
 * @param beanClass the class of that bean, not of a proxy
 * @param method the annotated method, or {@code null} if the bean is the stage
 * @param subscribeTo the names of the producers
 * @param maxDemand the attribute, or {@code null} if it is not set
 * @param minDemand the attribute, or {@code null} if it is not set
 * @param dispatcher the attribute, or {@code null} if it is not set
 * @param bufferSize the attribute, or {@code null} if it is not set
 */
record StageDeclaration(String name, StageKind kind, String beanName, ResolvableType beanType, Class<?> beanClass,
		@Nullable Method method, List<String> subscribeTo, @Nullable Integer maxDemand, @Nullable Integer minDemand,
		@Nullable String dispatcher, @Nullable Integer bufferSize) {

	/** Returns the annotation and its place, for messages. */
	String place() {
		return place(this.kind, this.beanName, this.method);
	}

	static String place(StageKind kind, String beanName, @Nullable Method method) {
		if (method == null) {
			return "%s bean '%s'".formatted(annotation(kind), beanName);
		}
		return "%s method '%s.%s' of bean '%s'".formatted(annotation(kind), method.getDeclaringClass().getSimpleName(),
				method.getName(), beanName);
	}

	/** Returns whether the other one is an annotation in the very same place. */
	boolean sharesPlaceWith(StageDeclaration other) {
		return this.beanName.equals(other.beanName) && Objects.equals(this.method, other.method);
	}

	private static String annotation(StageKind kind) {
		return switch (kind) {
			case PRODUCER -> "@Producer";
			case PRODUCER_CONSUMER -> "@ProducerConsumer";
			case CONSUMER -> "@Consumer";
		};
	}

}
