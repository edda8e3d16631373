package io.genstage.boot;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.boot.context.properties.BoundConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * The properties that are set for single stages, each with the place where it is written.
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
	 * @return the properties that have an effect, in the order of their names
	 */
	public List<ConfigurationProperty> of(String stage) {
		Collection<ConfigurationProperty> all = this.bound.getAll().values();
		Set<String> keys = all.stream()
			.filter((property) -> STAGES.isAncestorOf(property.getName()))
			.map(StagePropertyOrigins::key)
			.collect(Collectors.toSet());
		return StagePropertyNames.keyFor(stage, keys)
			.map((key) -> all.stream()
				.filter((property) -> STAGES.isAncestorOf(property.getName()) && key(property).equals(key))
				.sorted()
				.toList())
			.orElseGet(List::of);
	}

	/** Returns the name of the stage as it is written in the name of a property. */
	private static String key(ConfigurationProperty property) {
		return property.getName().getElement(STAGES.getNumberOfElements(), Form.ORIGINAL);
	}

}
