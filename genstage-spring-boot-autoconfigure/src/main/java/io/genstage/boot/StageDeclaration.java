package io.genstage.boot;

import java.lang.reflect.Method;
import java.util.List;

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
 * @param method the annotated method, or {@code null} if the bean is the stage
 * @param subscribeTo the names of the producers
 * @param maxDemand the attribute, or {@code null} if it is not set
 * @param minDemand the attribute, or {@code null} if it is not set
 * @param dispatcher the attribute, or {@code null} if it is not set
 * @param bufferSize the attribute, or {@code null} if it is not set
 */
record StageDeclaration(String name, StageKind kind, String beanName, ResolvableType beanType, @Nullable Method method,
		List<String> subscribeTo, @Nullable Integer maxDemand, @Nullable Integer minDemand, @Nullable String dispatcher,
		@Nullable Integer bufferSize) {

	/** Returns the annotation and its place, for messages. */
	String place() {
		if (this.method == null) {
			return "%s bean '%s'".formatted(annotation(), this.beanName);
		}
		return "%s method '%s.%s' of bean '%s'".formatted(annotation(), this.method.getDeclaringClass().getSimpleName(),
				this.method.getName(), this.beanName);
	}

	String annotation() {
		return switch (this.kind) {
			case PRODUCER -> "@Producer";
			case PRODUCER_CONSUMER -> "@ProducerConsumer";
			case CONSUMER -> "@Consumer";
		};
	}

}
