package io.genstage.boot.declaration;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.convert.ConversionException;
import org.springframework.util.ClassUtils;

/**
 * Notes the properties of the stages whose values are of another type, such as a number
 * that is too large to be one, and passes over them, so that they are reported together
 * with all else that is wrong. No stage starts then.
 */
public final class StagePropertyProblems implements ConfigurationPropertiesBindHandlerAdvisor {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("genstage");

	/** By the last part of the name, as the checks at startup have them. */
	private static final Map<String, String> RANGES = Map.ofEntries(Map.entry("max-demand", "from 1 to 1000000"),
			Map.entry("min-demand", "from 0 to one less than the maximum demand"),
			Map.entry("buffer-size", "from 0 to 2147483647"), Map.entry("partitions", "from 1 to 100000"),
			Map.entry("concurrency", "from 1 to 1000"), Map.entry("events", "from 1 to 2147483647"),
			Map.entry("burst", "from 1 to 2147483647"), Map.entry("max-restarts", "from 0 to 2147483647"),
			Map.entry("multiplier", "from 1 to 1000"), Map.entry("phase", "from -2147483648 to 2147483647"),
			Map.entry("first-delay", "from 0s to 365d"), Map.entry("max-delay", "from the first delay to 365d"),
			Map.entry("size", "from 1 to 1000000"), Map.entry("timeout", "from 1ms to 365d"),
			Map.entry("restart-period", "from 1ms to 365d"), Map.entry("patience", "from 0s to 365d"),
			Map.entry("period", "from 1ms to 365d"), Map.entry("drain-timeout", "from 0s to 365d"),
			Map.entry("max-discarded", "from 0 to 9223372036854775807"));

	private final List<WiringProblem> problems = new CopyOnWriteArrayList<>();

	@Override
	public BindHandler apply(BindHandler parent) {
		return new AbstractBindHandler(parent) {

			@Override
			public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
					Exception error) throws Exception {
				if (!ROOT.isAncestorOf(name) || !(error instanceof ConversionException)) {
					return super.onFailure(name, target, context, error);
				}
				StagePropertyProblems.this.problems
					.add(problem(name, target.getType().toClass(), context.getConfigurationProperty()));
				return null;
			}

		};
	}

	/** Returns what was found when the properties were bound. */
	public List<WiringProblem> found() {
		return this.problems;
	}

	private static WiringProblem problem(ConfigurationPropertyName name, Class<?> type,
			@Nullable ConfigurationProperty property) {
		String subject = "property '%s'".formatted(name);
		String expected = expected(name, type);
		if (property == null) {
			return new WiringProblem(subject, expected);
		}
		return StagePropertyOrigins
			.locate(new WiringProblem(subject, "%s, but is '%s'".formatted(expected, property.getValue())), property);
	}

	private static String expected(ConfigurationPropertyName name, Class<?> type) {
		Class<?> object = ClassUtils.resolvePrimitiveIfNecessary(type);
		String range = RANGES.getOrDefault(name.getLastElement(Form.DASHED), "");
		if (object == Integer.class || object == Long.class || object == Double.class) {
			return "must be a %s %s".formatted((object == Double.class) ? "number" : "whole number", range).strip();
		}
		if (object == Duration.class) {
			return "must be a time such as 500ms or 2s, %s".formatted(range).strip();
		}
		if (object == Boolean.class) {
			return "must be true or false";
		}
		if (object.isEnum()) {
			return "must be one of [%s]".formatted(Arrays.stream(object.getEnumConstants())
				.map((constant) -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
				.collect(Collectors.joining(", ")));
		}
		return "must have its values in properties below it";
	}

}
