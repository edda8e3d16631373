package io.genstage.boot;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.genstage.StageKind;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Finds the stage annotations of all beans by their types, without creating any bean.
 */
final class StageDeclarationReader {

	private static final Map<Class<? extends Annotation>, StageKind> KINDS = Map.of(Producer.class, StageKind.PRODUCER,
			ProducerConsumer.class, StageKind.PRODUCER_CONSUMER, Consumer.class, StageKind.CONSUMER);

	private final ConfigurableListableBeanFactory beanFactory;

	StageDeclarationReader(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	List<StageDeclaration> read() {
		List<StageDeclaration> declarations = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			if (!ScopedProxyUtils.isScopedTarget(beanName)) {
				readBean(beanName, declarations);
			}
		}
		return declarations;
	}

	private void readBean(String beanName, Collection<StageDeclaration> declarations) {
		for (Class<? extends Annotation> type : KINDS.keySet()) {
			for (Annotation annotation : this.beanFactory.findAllAnnotationsOnBean(beanName, type, false)) {
				declarations.add(declaration(beanName, null, MergedAnnotation.from(annotation)));
			}
		}
		Class<?> beanClass = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		if (beanClass != null && AnnotationUtils.isCandidateClass(beanClass, KINDS.keySet())) {
			annotatedMethods(ClassUtils.getUserClass(beanClass))
				.forEach((method, annotation) -> declarations.add(declaration(beanName, method, annotation)));
		}
	}

	/** A bean method is read with the bean that it makes. */
	private static Map<Method, MergedAnnotation<?>> annotatedMethods(Class<?> beanClass) {
		return MethodIntrospector.selectMethods(beanClass,
				(MethodIntrospector.MetadataLookup<MergedAnnotation<?>>) (
						method) -> AnnotatedElementUtils.hasAnnotation(method, Bean.class) ? null
								: stageAnnotation(method).orElse(null));
	}

	private static Optional<MergedAnnotation<?>> stageAnnotation(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY);
		for (Class<? extends Annotation> type : KINDS.keySet()) {
			MergedAnnotation<?> annotation = annotations.get(type);
			if (annotation.isPresent()) {
				return Optional.of(annotation);
			}
		}
		return Optional.empty();
	}

	private StageDeclaration declaration(String beanName, @Nullable Method method, MergedAnnotation<?> annotation) {
		StageKind kind = KINDS.get(annotation.getType());
		if (kind == null) {
			throw new IllegalStateException("%s declares no stage".formatted(annotation.getType()));
		}
		String name = resolve(annotation.getString("name"));
		String defaultName = (method != null) ? method.getName() : beanName;
		return new StageDeclaration(StringUtils.hasText(name) ? name : defaultName, kind, beanName, beanType(beanName),
				method,
				kind.consumes() ? Arrays.stream(annotation.getStringArray("subscribeTo")).map(this::resolve).toList()
						: List.of(),
				kind.consumes() ? number(annotation, "maxDemand") : null,
				kind.consumes() ? number(annotation, "minDemand") : null,
				kind.produces() ? text(annotation, "dispatcher") : null,
				kind.produces() ? number(annotation, "bufferSize") : null);
	}

	private ResolvableType beanType(String beanName) {
		if (this.beanFactory.containsBeanDefinition(beanName)) {
			BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(beanName);
			if (definition.getResolvableType().resolve() != null) {
				return definition.getResolvableType();
			}
		}
		Class<?> type = this.beanFactory.getType(beanName, false);
		return (type != null) ? ResolvableType.forClass(ClassUtils.getUserClass(type)) : ResolvableType.NONE;
	}

	private static @Nullable Integer number(MergedAnnotation<?> annotation, String attribute) {
		int value = annotation.getInt(attribute);
		return (value != Producer.UNSET) ? value : null;
	}

	private @Nullable String text(MergedAnnotation<?> annotation, String attribute) {
		String value = resolve(annotation.getString(attribute));
		return StringUtils.hasText(value) ? value : null;
	}

	private String resolve(String value) {
		String resolved = this.beanFactory.resolveEmbeddedValue(value);
		return (resolved != null) ? resolved : "";
	}

}
