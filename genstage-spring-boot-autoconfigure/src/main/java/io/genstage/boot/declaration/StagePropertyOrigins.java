package io.genstage.boot.declaration;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.BoundConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;

/**
 * Knows where properties are written, and which of them are set for single stages.
 */
public final class StagePropertyOrigins {

	private static final ConfigurationPropertyName STAGES = ConfigurationPropertyName.of("genstage.stages");

	private final BoundConfigurationProperties bound;

	/**
	 * Creates the origins.
	 * @param bound the properties that have been bound in the application
	 */
	public StagePropertyOrigins(BoundConfigurationProperties bound) {
		this.bound = bound;
	}

	/**
	 * Returns what is set for a stage by its own properties, and not by the defaults.
	 * @param stage the stage's name
	 * @param stages the names of all stages
	 * @return the properties that have an effect, in the order of their names
	 */
	public List<ConfigurationProperty> of(String stage, Collection<String> stages) {
		Collection<ConfigurationProperty> all = this.bound.getAll().values();
		Set<String> keys = all.stream()
			.filter((property) -> STAGES.isAncestorOf(property.getName()))
			.map(StagePropertyOrigins::key)
			.collect(Collectors.toSet());
		List<String> own = StagePropertyNames.keysFor(stage, stages, keys);
		return all.stream()
			.filter((property) -> STAGES.isAncestorOf(property.getName()) && own.contains(key(property)))
			.sorted()
			.toList();
	}

	/**
	 * Returns where a property is written.
	 * @param property the property
	 * @return the file and line, such as {@code application.yml:12}, or another place in
	 * Boot's words, or {@code null} if it is not known
	 */
	public static @Nullable String place(ConfigurationProperty property) {
		return place(property.getOrigin());
	}

	private static @Nullable String place(@Nullable Origin origin) {
		if (origin instanceof PropertySourceOrigin property && property.getOrigin() != null) {
			return place(property.getOrigin());
		}
		if (origin instanceof TextResourceOrigin text && text.getResource() != null
				&& text.getResource().getFilename() != null && text.getLocation() != null) {
			return "%s:%d".formatted(text.getResource().getFilename(), text.getLocation().getLine() + 1);
		}
		return (origin != null) ? origin.toString() : null;
	}

	/**
	 * Reports a problem with a property together with the file and line, or the
	 * environment variable, where it is written. Of other sources nothing is known but
	 * the name of the property once more.
	 */
	public WiringProblem locate(WiringProblem problem) {
		return Optional.ofNullable(problem.property())
			.flatMap(this::first)
			.map((property) -> locate(problem, property))
			.orElse(problem);
	}

	/**
	 * Reports a problem together with the place where its property is written, if more is
	 * known of it than the name of the property once more.
	 * @param problem the problem
	 * @param property the property
	 * @return the problem, with the place
	 */
	public static WiringProblem locate(WiringProblem problem, ConfigurationProperty property) {
		return Optional.of(property)
			.filter(StagePropertyOrigins::isWrittenSomewhere)
			.map(StagePropertyOrigins::place)
			.map(problem::writtenAt)
			.orElse(problem);
	}

	/**
	 * Finds a property in any of the forms of its name, or the first of those below it.
	 * @param name the full name
	 */
	public Optional<ConfigurationProperty> first(String name) {
		String wanted = StagePropertyNames.uniform(name);
		return this.bound.getAll().values().stream().sorted().filter((property) -> {
			String written = StagePropertyNames.uniform(withoutBrackets(property.getName()));
			return written.equals(wanted) || written.startsWith(wanted + ".");
		}).findFirst();
	}

	private static boolean isWrittenSomewhere(ConfigurationProperty property) {
		return !(property.getOrigin() instanceof PropertySourceOrigin source) || source.getOrigin() != null;
	}

	private static String withoutBrackets(ConfigurationPropertyName name) {
		return IntStream.range(0, name.getNumberOfElements())
			.mapToObj((element) -> name.getElement(element, Form.ORIGINAL))
			.collect(Collectors.joining("."));
	}

	/** Returns the name of the stage as it is written in the name of a property. */
	private static String key(ConfigurationProperty property) {
		return property.getName().getElement(STAGES.getNumberOfElements(), Form.ORIGINAL);
	}

}
