package io.genstage.boot.declaration;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.genstage.pipeline.Suggestion;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Finds properties of {@code genstage} that don't exist. Those of the environment and of
 * the system are not refused, since they may be meant for something else of this name,
 * but logged.
 */
public final class UnknownProperties {

	private static final Log logger = LogFactory.getLog(UnknownProperties.class);

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("genstage");

	private static final Set<String> SHARED_SOURCES = Set.of(
			StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

	private UnknownProperties() {
	}

	/**
	 * Finds what doesn't exist.
	 * @param environment has the properties
	 * @param beanFactory has the beans that properties are bound to, those of other
	 * modules too
	 * @return a problem with each of them that is not only logged
	 */
	public static List<WiringProblem> problems(Environment environment, ListableBeanFactory beanFactory) {
		Map<ConfigurationPropertyName, ResolvableType> roots = roots(beanFactory);
		List<WiringProblem> problems = new ArrayList<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				List<WiringProblem> found = iterable.stream()
					.filter(ROOT::isAncestorOf)
					.flatMap((name) -> problem(source, name, roots).stream())
					.toList();
				if (isShared(source)) {
					found.forEach((problem) -> logger.warn(problem));
				}
				else {
					problems.addAll(found);
				}
			}
		}
		return problems;
	}

	private static boolean isShared(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof PropertySource<?> underlying
				&& SHARED_SOURCES.contains(underlying.getName());
	}

	/** Returns what properties are bound to, by the names that theirs begin with. */
	private static Map<ConfigurationPropertyName, ResolvableType> roots(ListableBeanFactory beanFactory) {
		Map<ConfigurationPropertyName, ResolvableType> roots = new HashMap<>();
		roots.put(ROOT, ResolvableType.forClass(GenStageProperties.class));
		for (String bean : beanFactory.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
			ConfigurationProperties annotation = beanFactory.findAnnotationOnBean(bean, ConfigurationProperties.class,
					false);
			ConfigurationPropertyName prefix = (annotation != null)
					? ConfigurationPropertyName.ofIfValid(annotation.prefix()) : null;
			if (prefix != null && ROOT.isAncestorOf(prefix)) {
				roots.put(prefix, ResolvableType.forClass(beanFactory.getType(bean, false)));
			}
		}
		return roots;
	}

	private static Optional<WiringProblem> problem(ConfigurationPropertySource source, ConfigurationPropertyName name,
			Map<ConfigurationPropertyName, ResolvableType> roots) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		return Optional.ofNullable(problem(name, roots))
			.map((problem) -> (property != null) ? StagePropertyOrigins.locate(problem, property) : problem);
	}

	/**
	 * Follows a name through the types of the properties, as far as it exists. Several
	 * may share the beginning of it: {@code genstage.progress} has settings of this
	 * module and of that of the database.
	 */
	private static @Nullable WiringProblem problem(ConfigurationPropertyName name,
			Map<ConfigurationPropertyName, ResolvableType> roots) {
		List<Bound> bound = List.of(new Bound(Objects.requireNonNull(roots.get(ROOT)), true));
		for (int index = ROOT.getNumberOfElements(); index < name.getNumberOfElements(); index++) {
			if (bound.stream().anyMatch(Bound::isWhole)) {
				return null;
			}
			String element = name.getElement(index, Form.DASHED);
			List<Bound> next = new ArrayList<>();
			bound.forEach((each) -> each.part(element).map((part) -> new Bound(part, false)).ifPresent(next::add));
			ConfigurationPropertyName known = name.chop(index + 1);
			if (roots.containsKey(known)) {
				next.add(new Bound(roots.get(known), true));
			}
			if (next.isEmpty() && roots.keySet().stream().noneMatch(known::isAncestorOf)) {
				Set<String> others = new LinkedHashSet<>();
				bound.forEach((each) -> others.addAll(each.parts().keySet()));
				return WiringProblem.ofProperty(name.toString(), "there is no '%s' of '%s': %s".formatted(element,
						name.chop(index), Suggestion.instead(element, others)));
			}
			bound = next;
		}
		return null;
	}

	/**
	 * Returns the properties that a type stands for: those of the constructor of a
	 * record, or those that a bean lets set.
	 */
	private static Map<String, ResolvableType> parts(Class<?> type) {
		return type.isRecord() ? partsOfRecord(type) : partsOfBean(type);
	}

	private static Map<String, ResolvableType> partsOfBean(Class<?> type) {
		Map<String, ResolvableType> parts = new LinkedHashMap<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			if (property.getWriteMethod() != null) {
				parts.put(DataObjectPropertyName.toDashedForm(property.getName()),
						ResolvableType.forMethodParameter(property.getWriteMethod(), 0));
			}
		}
		return parts;
	}

	private static Map<String, ResolvableType> partsOfRecord(Class<?> type) {
		Constructor<?> constructor = BeanUtils.getResolvableConstructor(type);
		@Nullable String[] names = BeanUtils.getParameterNames(constructor);
		Map<String, ResolvableType> parts = new LinkedHashMap<>();
		for (int index = 0; index < names.length; index++) {
			parts.put(DataObjectPropertyName.toDashedForm(Objects.requireNonNull(names[index])),
					ResolvableType.forConstructorParameter(constructor, index));
		}
		return parts;
	}

	/**
	 * What a property is bound to.
	 *
	 * @param type its type
	 * @param isRoot whether the names of a bean of properties begin there
	 */
	private record Bound(ResolvableType type, boolean isRoot) {

		/** Returns whether what is below it has no names that are known here. */
		boolean isWhole() {
			return !isMap() && !this.isRoot && !this.type.toClass().isRecord();
		}

		private boolean isMap() {
			return this.type.toClass() == Map.class;
		}

		Map<String, ResolvableType> parts() {
			return isMap() ? Map.of() : UnknownProperties.parts(this.type.toClass());
		}

		Optional<ResolvableType> part(String element) {
			if (isMap()) {
				return Optional.of(this.type.getGeneric(1));
			}
			return parts().entrySet()
				.stream()
				.filter((part) -> StagePropertyNames.isForm(part.getKey(), element))
				.map(Map.Entry::getValue)
				.findFirst();
		}

	}

}
