package io.genstage.boot.test.autoconfigure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.genstage.StageListener;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.StageDefinitionCustomizer;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.failure.FailureDecider;
import io.genstage.pipeline.PipelineListener;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.ClassMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/**
 * Leaves components out that have nothing to do with stages.
 */
final class GenStageTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<GenStageTest> {

	private static final Set<Class<?>> ADDED_TO_THE_ENGINE = Set.of(StageDefinitionCustomizer.class,
			StageListener.class, PipelineListener.class, DispatcherFactory.class, FailureDecider.class);

	private static final List<String> ANNOTATIONS = List.of(Producer.class.getName(), ProducerConsumer.class.getName(),
			Consumer.class.getName());

	private final Set<Class<?>> components;

	GenStageTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
		this.components = getAnnotation().getValue("value", Class[].class)
			.map((classes) -> Set.<Class<?>>of(classes))
			.orElse(Set.of());
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return ADDED_TO_THE_ENGINE;
	}

	@Override
	protected Set<Class<?>> getComponentIncludes() {
		return this.components;
	}

	@Override
	protected boolean defaultInclude(MetadataReader type, MetadataReaderFactory types) throws IOException {
		return super.defaultInclude(type, types) || (this.components.isEmpty() && declaresStages(type, types));
	}

	/** Also what it inherits, since that makes stages of the component. */
	private static boolean declaresStages(MetadataReader type, MetadataReaderFactory types) throws IOException {
		AnnotationMetadata annotations = type.getAnnotationMetadata();
		if (ANNOTATIONS.stream()
			.anyMatch((annotation) -> annotations.isAnnotated(annotation)
					|| annotations.hasAnnotatedMethods(annotation))) {
			return true;
		}
		for (String inherited : inherited(type.getClassMetadata())) {
			if (!inherited.startsWith("java.") && declaresStages(types.getMetadataReader(inherited), types)) {
				return true;
			}
		}
		return false;
	}

	private static List<String> inherited(ClassMetadata type) {
		List<String> inherited = new ArrayList<>(List.of(type.getInterfaceNames()));
		String superClass = type.getSuperClassName();
		if (superClass != null) {
			inherited.add(superClass);
		}
		return inherited;
	}

}
