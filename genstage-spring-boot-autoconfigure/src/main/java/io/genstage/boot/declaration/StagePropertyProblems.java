package io.genstage.boot.declaration;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.deadletter.MemoryDeadLetterStore;
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

	private static final ConfigurationPropertyName DEFAULTS = ROOT.append("defaults");

	private static final ConfigurationPropertyName STAGES = ROOT.append("stages");

	/** What is no setting of stages, by the last part of the name. */
	private static final Map<String, String> OTHER_RANGES = Map.of("phase", "-2147483648 to 2147483647",
			"drain-timeout", "0s to 365d", "max-discarded", "0 to 9223372036854775807", "capacity",
			"1 to " + MemoryDeadLetterStore.MAX_CAPACITY);

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
		String range = range(name);
		if (object == Integer.class || object == Long.class || object == Double.class) {
			return "must be a %s%s".formatted((object == Double.class) ? "number" : "whole number", range);
		}
		if (object == Duration.class) {
			return "must be a time such as 500ms or 2s%s".formatted(range.isEmpty() ? "" : "," + range);
		}
		if (object == Boolean.class) {
			return "must be true or false";
		}
		if (object.isEnum()) {
			return "must be one of [%s]".formatted(
					Arrays.stream(object.getEnumConstants()).map(Setting::print).collect(Collectors.joining(", ")));
		}
		return "must have its values in properties below it";
	}

	/** Returns the range behind what a value must be, empty if there is none. */
	private static String range(ConfigurationPropertyName name) {
		String range = SettingTable.named(setting(name))
			.map((setting) -> setting.range().inWords())
			.orElse(OTHER_RANGES.getOrDefault(name.getLastElement(Form.DASHED), ""));
		return range.isEmpty() ? "" : " from " + range;
	}

	/** Returns what is behind the name of the stage, and of its producer. */
	private static String setting(ConfigurationPropertyName name) {
		int begin = DEFAULTS.isAncestorOf(name) ? DEFAULTS.getNumberOfElements() : name.getNumberOfElements();
		if (STAGES.isAncestorOf(name)) {
			int behindStage = STAGES.getNumberOfElements() + 1;
			boolean ofProducer = name.getNumberOfElements() > behindStage
					&& name.getElement(behindStage, Form.DASHED).equals("subscriptions");
			begin = ofProducer ? behindStage + 2 : behindStage;
		}
		return IntStream.range(begin, name.getNumberOfElements())
			.mapToObj((element) -> name.getElement(element, Form.DASHED))
			.collect(Collectors.joining("."));
	}

}
