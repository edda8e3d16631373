package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.genstage.boot.StagePropertyOrigins;
import io.genstage.boot.WiringProblem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionException;
import org.springframework.util.ClassUtils;

/**
 * Tells what the value of a property must be that is of another type, such as a number
 * that is too large to be one.
 */
@Order(0)
final class GenStagePropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

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
			Map.entry("period", "from 1ms to 365d"), Map.entry("drain-timeout", "from 0s to 365d"));

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		if (!ROOT.isAncestorOf(cause.getName()) || !(cause.getCause() instanceof ConversionException)) {
			return null;
		}
		return new FailureAnalysis("A property of the stages can't be read:%n%n  - %s".formatted(problem(cause)),
				"Correct the value of the property.", cause);
	}

	private static WiringProblem problem(BindException cause) {
		String name = cause.getName().toString();
		String subject = "property '%s'".formatted(name);
		String expected = expected(cause.getName(), cause.getTarget().getType().toClass());
		ConfigurationProperty property = cause.getProperty();
		if (property == null) {
			return new WiringProblem(subject, expected, name);
		}
		String description = "%s, but is '%s'".formatted(expected, property.getValue());
		return StagePropertyOrigins.locate(new WiringProblem(subject, description, name), property);
	}

	private static String expected(ConfigurationPropertyName name, Class<?> type) {
		Class<?> object = ClassUtils.resolvePrimitiveIfNecessary(type);
		String range = RANGES.getOrDefault(name.getLastElement(Form.DASHED), "");
		if (object == Integer.class || object == Double.class) {
			return "must be a %s %s".formatted((object == Integer.class) ? "whole number" : "number", range).strip();
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
