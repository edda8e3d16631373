package io.genstage.boot;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfiguration;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

/**
 * Which part of this module may know which.
 */
@AnalyzeClasses(packages = { "io.genstage.annotation", "io.genstage.boot" },
		importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule annotationsKnowNothingOfOurs = noClasses().that()
		.resideInAPackage("io.genstage.annotation")
		.should()
		.dependOnClassesThat(resideInAPackage("io.genstage..").and(not(resideInAPackage("io.genstage.annotation"))));

	/** Each room looks down only, so that it can be read without those above it. */
	@ArchTest
	static final ArchRule roomsStandOnEachOther = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("annotations")
		.definedBy("io.genstage.annotation")
		.layer("table")
		.definedBy("io.genstage.boot.table")
		.layer("handlers")
		.definedBy("io.genstage.boot.handler")
		.layer("declarations")
		.definedBy("io.genstage.boot.declaration")
		.layer("settings")
		.definedBy("io.genstage.boot.setting")
		.layer("links")
		.definedBy("io.genstage.boot.link")
		.layer("registry")
		.definedBy("io.genstage.boot")
		.layer("actuator")
		.definedBy("io.genstage.boot.actuate")
		.layer("observations")
		.definedBy("io.genstage.boot.observe")
		.layer("auto-configuration")
		.definedBy("io.genstage.boot.autoconfigure")
		.whereLayer("auto-configuration")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("actuator")
		.mayOnlyBeAccessedByLayers("auto-configuration")
		.whereLayer("observations")
		.mayOnlyBeAccessedByLayers("auto-configuration")
		.whereLayer("registry")
		.mayOnlyBeAccessedByLayers("actuator", "auto-configuration")
		.whereLayer("links")
		.mayOnlyBeAccessedByLayers("registry", "actuator", "auto-configuration")
		.whereLayer("settings")
		.mayOnlyBeAccessedByLayers("registry", "actuator", "auto-configuration")
		.whereLayer("declarations")
		.mayOnlyBeAccessedByLayers("settings", "registry", "actuator", "auto-configuration")
		.whereLayer("handlers")
		.mayOnlyBeAccessedByLayers("declarations", "settings", "registry", "actuator", "auto-configuration")
		.whereLayer("table")
		.mayOnlyBeAccessedByLayers("handlers", "declarations", "settings", "registry", "actuator",
				"auto-configuration");

	@ArchTest
	static final ArchRule onlyActuatorAndAutoConfigurationTouchOptionalJars = noClasses().that()
		.resideInAnyPackage("io.genstage.annotation", "io.genstage.boot", "io.genstage.boot.table",
				"io.genstage.boot.handler", "io.genstage.boot.declaration", "io.genstage.boot.setting",
				"io.genstage.boot.link")
		.should()
		.dependOnClassesThat(resideInAnyPackage("org.springframework.boot.actuate..",
				"org.springframework.boot.health..", "org.springframework.boot.micrometer..", "io.micrometer.core.."));

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicMethods = noMethods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic();

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicFields = fields().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule nothingIsSynchronized = methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED);

	@ArchTest
	static final ArchRule nothingIsInjectedIntoFields = noFields().should().beAnnotatedWith(Autowired.class);

}
