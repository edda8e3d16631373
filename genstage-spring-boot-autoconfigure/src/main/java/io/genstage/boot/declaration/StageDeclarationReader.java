package io.genstage.boot.declaration;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.genstage.StageKind;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.Rate;
import io.genstage.annotation.SubscribeTo;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.buffer.BufferKeep;
import io.genstage.dispatch.Unserved;
import io.genstage.task.TaskRestart;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.StringUtils;

/**
 * Finds the stage annotations of all beans by their types, without creating any bean.
 */
public final class StageDeclarationReader {

	private static final Log logger = LogFactory.getLog(StageDeclarationReader.class);

	private static final Set<Class<? extends Annotation>> ANNOTATIONS = Set.of(Producer.class, ProducerConsumer.class,
			Consumer.class);

	/** Classes that have no methods of the application's, as half of all beans have. */
	private static final List<String> PACKAGES_OF_SPRING = List.of("org.springframework.aop.",
			"org.springframework.beans.", "org.springframework.boot.", "org.springframework.context.",
			"org.springframework.core.", "org.springframework.scheduling.");

	private static final Map<String, BufferKeep> BUFFER_KEEPS = Map.of("first", BufferKeep.FIRST, "last",
			BufferKeep.LAST);

	private static final Map<String, Unserved> UNSERVED = Map.of("wait", Unserved.WAIT, "discard", Unserved.DISCARD);

	private static final Map<String, TaskRestart> TASK_RESTARTS = Map.of("temporary", TaskRestart.TEMPORARY,
			"transient", TaskRestart.TRANSIENT);

	private static final Map<String, Boolean> TRUTHS = Map.of("true", true, "false", false);

	private final ConfigurableListableBeanFactory beanFactory;

	private final Collection<WiringProblem> problems;

	/**
	 * Creates a reader.
	 * @param beanFactory where the beans are
	 * @param problems where to report what an annotation can't mean
	 */
	public StageDeclarationReader(ConfigurableListableBeanFactory beanFactory, Collection<WiringProblem> problems) {
		this.beanFactory = beanFactory;
		this.problems = problems;
	}

	public List<StageDeclaration> read() {
		List<StageDeclaration> declarations = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			// A factory is found under this name if nobody knows what it makes.
			String name = BeanFactoryUtils.transformedBeanName(beanName);
			if (!ScopedProxyUtils.isScopedTarget(name)) {
				readBean(StageBean.of(this.beanFactory, name), declarations);
			}
		}
		return declarations;
	}

	private void readBean(StageBean bean, Collection<StageDeclaration> declarations) {
		Class<?> beanClass = bean.beanClass();
		annotationsOf(bean).forEach((annotation) -> declarations.add(declaration(bean.name(), bean.type(),
				(beanClass != null) ? beanClass : Object.class, null, annotation)));
		if (beanClass != null) {
			readMethods(bean.name(), beanClass, declarations);
		}
		Class<?> factoryClass = bean.factoryClass();
		if (factoryClass != null) {
			readMethods(bean.factoryName(), factoryClass, declarations);
		}
	}

	private void readMethods(String beanName, Class<?> beanClass, Collection<StageDeclaration> declarations) {
		if (AnnotationUtils.isCandidateClass(beanClass, ANNOTATIONS) && !isOfSpring(beanClass)) {
			ResolvableType type = ResolvableType.forClass(beanClass);
			annotatedMethods(beanName, beanClass).forEach((method, annotations) -> annotations
				.forEach((annotation) -> declarations.add(declaration(beanName, type, beanClass, method, annotation))));
		}
	}

	private static boolean isOfSpring(Class<?> beanClass) {
		return PACKAGES_OF_SPRING.stream().anyMatch(beanClass.getName()::startsWith);
	}

	private static List<MergedAnnotation<?>> annotationsOf(StageBean bean) {
		return bean.annotatedElements()
			.stream()
			.map(StageDeclarationReader::stageAnnotations)
			.filter((annotations) -> !annotations.isEmpty())
			.findFirst()
			.orElse(List.of());
	}

	/**
	 * Finds the annotated methods in the order of their names, since the JVM has no order
	 * that can be relied on. A bean method is read with the bean that it makes.
	 */
	private static Map<Method, List<MergedAnnotation<?>>> annotatedMethods(String beanName, Class<?> beanClass) {
		try {
			Map<Method, List<MergedAnnotation<?>>> sorted = new TreeMap<>(Comparator.comparing(Method::toString));
			sorted.putAll(MethodIntrospector.selectMethods(beanClass,
					(MethodIntrospector.MetadataLookup<List<MergedAnnotation<?>>>) (method) -> {
						List<MergedAnnotation<?>> annotations = stageAnnotations(method);
						return (annotations.isEmpty() || AnnotatedElementUtils.hasAnnotation(method, Bean.class)) ? null
								: annotations;
					}));
			return sorted;
		}
		catch (IllegalStateException | LinkageError ex) {
			// A lazy bean with an optional type in a signature; nobody could create it.
			logger.debug("The methods of bean '%s' can't be read, so it has no stages".formatted(beanName), ex);
			return Map.of();
		}
	}

	/** Finds the annotations that are nearest in the hierarchy, normally one. */
	private static List<MergedAnnotation<?>> stageAnnotations(AnnotatedElement element) {
		List<MergedAnnotation<?>> found = MergedAnnotations
			.from(element, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY)
			.stream()
			.filter((annotation) -> ANNOTATIONS.contains(annotation.getType()))
			.<MergedAnnotation<?>>map((annotation) -> annotation)
			.toList();
		return found.stream()
			.filter((annotation) -> annotation.getAggregateIndex() == found.get(0).getAggregateIndex())
			.toList();
	}

	private StageDeclaration declaration(String beanName, ResolvableType beanType, Class<?> beanClass,
			@Nullable Method method, MergedAnnotation<?> annotation) {
		StageKind kind = kind(annotation);
		String place = StageDeclaration.place(kind, beanName, method);
		String name = resolve(annotation.getString("name"), place);
		String defaultName = (method != null) ? method.getName() : beanName;
		return new StageDeclaration(StringUtils.hasText(name) ? name : defaultName, kind, beanName, beanType, beanClass,
				method, kind.consumes() ? edges(annotation, place) : List.of(), attributes(annotation, kind, place));
	}

	private GenStageProperties.Stage attributes(MergedAnnotation<?> annotation, StageKind kind, String place) {
		return new GenStageProperties.Stage(kind.consumes() ? number(annotation, "maxDemand") : null,
				kind.consumes() ? number(annotation, "minDemand") : null,
				kind.produces() ? number(annotation, "bufferSize") : null,
				kind.produces() ? word(annotation, "bufferKeep", BUFFER_KEEPS, place) : null,
				kind.produces() ? text(annotation, "dispatcher", place) : null,
				kind.produces() ? number(annotation, "partitions") : null,
				kind.produces() ? text(annotation, "partitionBy", place) : null,
				kind.produces() ? word(annotation, "unserved", UNSERVED, place) : null,
				number(annotation, "concurrency"), null, rate(annotation, place),
				kind.consumes() ? batch(annotation, place) : null, word(annotation, "autoStartup", TRUTHS, place),
				text(annotation, "executor", place),
				(kind == StageKind.CONSUMER) ? taskPerEvent(annotation, place) : null, Map.of());
	}

	private GenStageProperties.Rate rate(MergedAnnotation<?> annotation, String place) {
		MergedAnnotation<Rate> rate = annotation.getAnnotation("rate", Rate.class);
		return new GenStageProperties.Rate(number(rate, "events"), time(rate, "rate", "period", place),
				number(rate, "burst"));
	}

	private GenStageProperties.Batch batch(MergedAnnotation<?> annotation, String place) {
		MergedAnnotation<Batch> batch = annotation.getAnnotation("batch", Batch.class);
		return new GenStageProperties.Batch(number(batch, "size"), time(batch, "batch", "timeout", place),
				text(batch, "by", place));
	}

	private GenStageProperties.TaskPerEvent taskPerEvent(MergedAnnotation<?> annotation, String place) {
		String group = "taskPerEvent";
		MergedAnnotation<TaskPerEvent> tasks = annotation.getAnnotation(group, TaskPerEvent.class);
		return new GenStageProperties.TaskPerEvent(word(tasks, group, "enabled", TRUTHS, place),
				word(tasks, group, "restart", TASK_RESTARTS, place), number(tasks, "maxRestarts"),
				time(tasks, group, "restartPeriod", place), time(tasks, group, "patience", place));
	}

	/** Reads an attribute of an annotation that is an attribute itself. */
	private @Nullable Duration time(MergedAnnotation<?> annotation, String group, String attribute, String place) {
		String text = text(annotation, attribute, place);
		try {
			return (text != null) ? DurationStyle.detectAndParse(text) : null;
		}
		catch (IllegalArgumentException ex) {
			this.problems
				.add(new WiringProblem(place, "attribute '%s.%s' must be a time such as 500ms or 2s, but is '%s'"
					.formatted(group, attribute, text)));
			return null;
		}
	}

	private List<EdgeDeclaration> edges(MergedAnnotation<?> annotation, String place) {
		List<EdgeDeclaration> edges = new ArrayList<>();
		for (String producer : annotation.getStringArray("subscribeTo")) {
			edges.add(new EdgeDeclaration(resolve(producer, place), EdgeValues.NOTHING));
		}
		for (MergedAnnotation<SubscribeTo> edge : annotation.getAnnotationArray("subscriptions", SubscribeTo.class)) {
			edges.add(new EdgeDeclaration(resolve(edge.getString("producer"), place),
					new EdgeValues(number(edge, "maxDemand"), number(edge, "minDemand"), text(edge, "partition", place),
							text(edge, "selector", place))));
		}
		return edges;
	}

	private static StageKind kind(MergedAnnotation<?> annotation) {
		if (annotation.getType() == Producer.class) {
			return StageKind.PRODUCER;
		}
		return (annotation.getType() == Consumer.class) ? StageKind.CONSUMER : StageKind.PRODUCER_CONSUMER;
	}

	private static @Nullable Integer number(MergedAnnotation<?> annotation, String attribute) {
		int value = annotation.getInt(attribute);
		return (value != Producer.UNSET) ? value : null;
	}

	private @Nullable String text(MergedAnnotation<?> annotation, String attribute, String place) {
		String value = resolve(annotation.getString(attribute), place);
		return StringUtils.hasText(value) ? value : null;
	}

	/** Reads an attribute that is one of a few words. */
	private <T> @Nullable T word(MergedAnnotation<?> annotation, String attribute, Map<String, T> words, String place) {
		return word(annotation, "", attribute, words, place);
	}

	private <T> @Nullable T word(MergedAnnotation<?> annotation, String group, String attribute, Map<String, T> words,
			String place) {
		String text = text(annotation, attribute, place);
		T value = (text != null) ? words.get(text.trim().toLowerCase(Locale.ROOT)) : null;
		if (text != null && value == null) {
			this.problems.add(new WiringProblem(place, "attribute '%s' must be one of %s, but is '%s'".formatted(
					group.isEmpty() ? attribute : group + "." + attribute, new TreeSet<>(words.keySet()), text)));
		}
		return value;
	}

	private String resolve(String value, String place) {
		try {
			String resolved = this.beanFactory.resolveEmbeddedValue(value);
			return (resolved != null) ? resolved : "";
		}
		catch (IllegalArgumentException ex) {
			this.problems.add(new WiringProblem(place, String.valueOf(ex.getMessage())));
			return value;
		}
	}

}
