package io.genstage.boot.setting;

import io.genstage.boot.declaration.WiringProblem;
import org.jspecify.annotations.Nullable;

/**
 * Where a setting was made.
 *
 * @param kind the kind of the place
 * @param place the place, in words: a property, an annotation and what it is on, or a
 * class; {@code null} where there is none
 * @param name what it is called there: the full name of a property, or the attribute of
 * an annotation; {@code null} where it has no name
 */
public record SettingOrigin(Kind kind, @Nullable String place, @Nullable String name) {

	static final SettingOrigin BUILT_IN = new SettingOrigin(Kind.BUILT_IN, null, null);

	static final SettingOrigin LIVE = new SettingOrigin(Kind.LIVE, null, null);

	static final SettingOrigin CODE = new SettingOrigin(Kind.CODE, null, null);

	static SettingOrigin property(Kind kind, String name) {
		return new SettingOrigin(kind, "property '%s'".formatted(name), name);
	}

	static SettingOrigin annotation(String place, String attribute) {
		return new SettingOrigin(Kind.ANNOTATION, place, attribute);
	}

	static SettingOrigin customizer(Class<?> type) {
		return new SettingOrigin(Kind.CUSTOMIZER, type.getName(), null);
	}

	/** Returns whether it is set by a property. */
	public boolean isProperty() {
		return this.kind == Kind.PROPERTY || this.kind == Kind.DEFAULTS;
	}

	/** Returns a problem with what is set there. */
	WiringProblem problem(String description) {
		if (isProperty() && this.name != null) {
			return WiringProblem.ofProperty(this.name, description);
		}
		return new WiringProblem(String.valueOf(this.place), this.name + " " + description);
	}

	/**
	 * The kinds of places, where the nearer one has precedence.
	 */
	public enum Kind {

		/** Changed while the stage was there, by an operator or by code. */
		LIVE,

		/** Changed by a customizer of the application. */
		CUSTOMIZER,

		/** A property of the stage. */
		PROPERTY,

		/** An attribute of the stage's annotation. */
		ANNOTATION,

		/** A property for all stages. */
		DEFAULTS,

		/** What holds if nobody says anything, or what follows from other settings. */
		BUILT_IN,

		/** The definition of a stage that was registered from code. */
		CODE

	}

}
