package io.genstage.boot.actuate;

import java.util.Optional;

import io.genstage.boot.actuate.GenStageEndpoint.PropertyDescriptor;
import io.genstage.boot.declaration.StagePropertyOrigins;
import io.genstage.boot.setting.SettingInForce;
import io.genstage.boot.setting.SettingOrigin;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.context.properties.source.ConfigurationProperty;

/**
 * A setting that is in force for a stage.
 *
 * @param name its name as a property is written, such as {@code max-demand}
 * @param subscription the producer of the subscription that it is for, {@code null} if it
 * is for the stage
 * @param value the text of its value, or in words what it depends on, unless who asks may
 * not see it or a rule of the application hides it
 * @param source who says so: {@code property}, {@code annotation}, {@code customizer},
 * {@code live}, {@code defaults}, {@code built-in} or {@code code}
 * @param said what it is called there, such as the full name of the property, the
 * attribute or the class of the customizer; {@code null} if there is nothing to name
 * @param origin where that is, such as {@code application.yml:12} or the annotation's
 * place; {@code null} if that is not known
 */
record SettingDescriptor(String name, @Nullable String subscription, @Nullable String value, String source,
		@Nullable String said, @Nullable String origin) {

	static SettingDescriptor of(SettingInForce setting, String stage, StagePropertyOrigins properties,
			Sanitizer sanitizer, boolean showValues) {
		SettingOrigin origin = setting.origin();
		Optional<ConfigurationProperty> property = Optional.ofNullable(origin.name())
			.filter((name) -> origin.isProperty())
			.flatMap(properties::first);
		boolean shown = showValues || !mayBeSecret(setting);
		// Rules go by names of properties, so that what is not said by one gets its name.
		SanitizableData data = new SanitizableData(property.map(PropertyDescriptor::source).orElse(null),
				(origin.isProperty() && origin.name() != null) ? origin.name()
						: "genstage.stages.%s.%s".formatted(stage, setting.name()),
				setting.value());
		return new SettingDescriptor(setting.name(), setting.producer(),
				PropertyText.of(sanitizer.sanitize(data, shown)), Setting.print(origin.kind()), said(origin),
				property.map(StagePropertyOrigins::place)
					.orElse((origin.kind() == SettingOrigin.Kind.ANNOTATION) ? origin.place() : null));
	}

	/**
	 * What is written in code is no secret, but a text in an annotation may come from a
	 * placeholder.
	 */
	private static boolean mayBeSecret(SettingInForce setting) {
		return setting.origin().isProperty() || (setting.origin().kind() == SettingOrigin.Kind.ANNOTATION
				&& SettingTable.named(setting.name()).filter((row) -> row.type() == String.class).isPresent());
	}

	private static @Nullable String said(SettingOrigin origin) {
		return (origin.name() != null) ? origin.name() : origin.place();
	}

}
