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

import io.genstage.StageKind;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.Setting.Place;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
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

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<WiringProblem> problems = new ArrayList<>();

	/**
	 * Creates a reader.
	 * @param beanFactory where the beans are
	 */
	public StageDeclarationReader(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Reads all annotations.
	 * @return what they declare, and what one of them can't mean
	 */
	public Checked<List<StageDeclaration>> read() {
		List<StageDeclaration> declarations = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			// A factory is found under this name if nobody knows what it makes.
			String name = BeanFactoryUtils.transformedBeanName(beanName);
			if (!ScopedProxyUtils.isScopedTarget(name)) {
				readBean(StageBean.of(this.beanFactory, name), declarations);
			}
		}
		return new Checked<>(declarations, List.copyOf(this.problems));
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
				method, kind.consumes() ? edges(annotation, kind, place) : List.of(),
				attributes(annotation, Place.ANNOTATION, kind, place), null,
				kind.produces() ? text(annotation, "publishTo", place) : null);
	}

	private SettingValues attributes(MergedAnnotation<?> annotation, Place wanted, StageKind kind, String place) {
		SettingValues.Builder values = new SettingValues.Builder();
		SettingTable.ALL.stream()
			.filter((setting) -> setting.isSaidIn(wanted, kind))
			.forEach((setting) -> read(setting, annotation, values, place));
		return values.build();
	}

	private <T extends Comparable<? super T>> void read(Setting<T> setting, MergedAnnotation<?> annotation,
			SettingValues.Builder values, String place) {
		String path = setting.attribute();
		int dot = path.indexOf('.');
		MergedAnnotation<?> owner = (dot < 0) ? annotation : group(annotation, path.substring(0, dot));
		values.say(setting, setting.type().cast(value(setting, owner, path.substring(dot + 1), place)));
	}

	private static MergedAnnotation<?> group(MergedAnnotation<?> annotation, String name) {
		return (MergedAnnotation<?>) annotation.getValue(name).orElseThrow();
	}

	private @Nullable Object value(Setting<?> setting, MergedAnnotation<?> owner, String attribute, String place) {
		Object written = owner.getValue(attribute).orElseThrow();
		if (written instanceof Integer number) {
			return (number != Producer.UNSET) ? number : null;
		}
		if (written.getClass().isArray()) {
			String[] names = owner.getStringArray(attribute);
			return (names.length > 0) ? String.join(",", names) : null;
		}
		String text = text(owner, attribute, place);
		if (text == null || setting.type() == String.class) {
			return text;
		}
		if (setting.type() == Duration.class) {
			return time(text, setting, place);
		}
		return Number.class.isAssignableFrom(setting.type()) ? number(text, setting, place)
				: word(text, setting, place);
	}

	private @Nullable Object number(String text, Setting<?> setting, String place) {
		boolean whole = setting.type() == Integer.class;
		try {
			return whole ? (Object) Integer.valueOf(text.trim()) : (Object) Double.valueOf(text.trim());
		}
		catch (NumberFormatException ex) {
			this.problems.add(new WiringProblem(place, "attribute '%s' must be a %s from %s, but is '%s'"
				.formatted(setting.attribute(), whole ? "whole number" : "number", setting.range().inWords(), text)));
			return null;
		}
	}

	private @Nullable Object time(String text, Setting<?> setting, String place) {
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			this.problems.add(new WiringProblem(place, "attribute '%s' must be a time such as 500ms or 2s, but is '%s'"
				.formatted(setting.attribute(), text)));
			return null;
		}
	}

	/** Reads an attribute that is one of a few words. */
	private @Nullable Object word(String text, Setting<?> setting, String place) {
		Map<String, Object> words = words(setting.type());
		Object value = words.get(text.trim().toLowerCase(Locale.ROOT));
		if (value == null) {
			this.problems.add(new WiringProblem(place, "attribute '%s' must be one of %s, but is '%s'"
				.formatted(setting.attribute(), words.keySet(), text)));
		}
		return value;
	}

	private static Map<String, Object> words(Class<?> type) {
		Map<String, Object> words = new TreeMap<>();
		Object[] values = type.isEnum() ? type.getEnumConstants() : new Object[] { true, false };
		for (Object value : values) {
			words.put(Setting.print(value), value);
		}
		return words;
	}

	private List<EdgeDeclaration> edges(MergedAnnotation<?> annotation, StageKind kind, String place) {
		List<EdgeDeclaration> edges = new ArrayList<>();
		for (String producer : annotation.getStringArray("subscribeTo")) {
			edges.add(new EdgeDeclaration(resolve(producer, place), SettingValues.NONE));
		}
		for (MergedAnnotation<SubscribeTo> edge : annotation.getAnnotationArray("subscriptions", SubscribeTo.class)) {
			edges.add(new EdgeDeclaration(resolve(edge.getString("producer"), place),
					attributes(edge, Place.SUBSCRIPTION_ANNOTATION, kind, place)));
		}
		return edges;
	}

	private static StageKind kind(MergedAnnotation<?> annotation) {
		if (annotation.getType() == Producer.class) {
			return StageKind.PRODUCER;
		}
		return (annotation.getType() == Consumer.class) ? StageKind.CONSUMER : StageKind.PRODUCER_CONSUMER;
	}

	private @Nullable String text(MergedAnnotation<?> annotation, String attribute, String place) {
		String value = resolve(annotation.getString(attribute), place);
		return StringUtils.hasText(value) ? value : null;
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
