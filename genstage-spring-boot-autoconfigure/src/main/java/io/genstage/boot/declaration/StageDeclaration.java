package io.genstage.boot.declaration;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.genstage.StageKind;
import io.genstage.boot.handler.SuspendFunctions;
import io.genstage.boot.table.SettingValues;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * What declares a stage, with what it says and where it is: an annotation, or a link that
 * needs the stage.
 *
 * @param name the stage's name
 * @param kind the kind by the annotation
 * @param beanName the bean that is the stage or has the method
 * @param beanType the declared type of that bean
 * @param beanClass the class of that bean, not of a proxy
 * @param method the annotated method, or {@code null} if the bean is the stage
 * @param edges the subscriptions
 * @param attributes what the annotation says of the settings of the stage
 * @param link the name of the link that needs the stage, {@code null} if an annotation
 * declares it
 * @param publishTo where the annotation has its events sent, {@code null} if nowhere
 */
public record StageDeclaration(String name, StageKind kind, String beanName, ResolvableType beanType,
		Class<?> beanClass, @Nullable Method method, List<EdgeDeclaration> edges, SettingValues attributes,
		@Nullable String link, @Nullable String publishTo) {

	/**
	 * Declares a stage that a link needs.
	 * @param name the stage's name
	 * @param kind what kind of stage it is
	 * @param link the name of the link
	 * @param producers the names of the stages that it subscribes to
	 * @param attributes its settings unless properties say others
	 */
	public static StageDeclaration ofLink(String name, StageKind kind, String link, List<String> producers,
			SettingValues attributes) {
		return new StageDeclaration(name, kind, "", ResolvableType.NONE, Object.class, null,
				producers.stream().map((producer) -> new EdgeDeclaration(producer, SettingValues.NONE)).toList(),
				attributes, link, null);
	}

	/**
	 * Returns the same with other subscriptions.
	 * @param others all subscriptions
	 */
	public StageDeclaration withEdges(List<EdgeDeclaration> others) {
		return new StageDeclaration(this.name, this.kind, this.beanName, this.beanType, this.beanClass, this.method,
				List.copyOf(others), this.attributes, this.link, this.publishTo);
	}

	/**
	 * Returns whether the stage is one of another application, whose events come by a
	 * link.
	 */
	public boolean isElsewhere() {
		return this.name.equals(this.link);
	}

	/** Returns the names of the producers. */
	public List<String> producers() {
		return this.edges.stream().map(EdgeDeclaration::producer).toList();
	}

	/** Returns the annotation and its place, or the link, for messages. */
	public String place() {
		return (this.link != null) ? "link '%s'".formatted(this.link) : place(this.kind, this.beanName, this.method);
	}

	public static String place(StageKind kind, String beanName, @Nullable Method method) {
		if (method == null) {
			return "%s bean '%s'".formatted(annotation(kind), beanName);
		}
		return "%s method '%s.%s' of bean '%s'".formatted(annotation(kind), method.getDeclaringClass().getSimpleName(),
				isOverloaded(method) ? signature(method) : method.getName(), beanName);
	}

	private static boolean isOverloaded(Method method) {
		return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
			.filter((other) -> !other.isBridge() && other.getName().equals(method.getName()))
			.count() > 1;
	}

	private static String signature(Method method) {
		return Arrays.stream(method.getParameterTypes())
			.limit(SuspendFunctions.parameterCount(method))
			.map(Class::getSimpleName)
			.collect(Collectors.joining(", ", method.getName() + "(", ")"));
	}

	/** Returns whether the other one is an annotation in the very same place. */
	public boolean sharesPlaceWith(StageDeclaration other) {
		return this.beanName.equals(other.beanName) && Objects.equals(this.method, other.method)
				&& Objects.equals(this.link, other.link);
	}

	private static String annotation(StageKind kind) {
		return switch (kind) {
			case PRODUCER -> "@Producer";
			case PRODUCER_CONSUMER -> "@ProducerConsumer";
			case CONSUMER -> "@Consumer";
		};
	}

}
