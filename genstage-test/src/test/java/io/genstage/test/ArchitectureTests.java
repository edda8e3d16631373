package io.genstage.test;

import java.time.Clock;
import java.time.Instant;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What this module may know: users have their own versions of everything but the core.
 */
@AnalyzeClasses(packages = "io.genstage.test", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule onlyTheJdkAndTheCoreAreNeeded = classes().that()
		.doNotHaveSimpleName("DeadLetterDeskAssert")
		.and()
		.doNotHaveSimpleName("LinkProviderContract")
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("java..", "io.genstage..", "org.jspecify.annotations");

	@ArchTest
	static final ArchRule assertionsNeedAssertJAsWell = noClasses().should()
		.dependOnClassesThat()
		.haveSimpleName("DeadLetterDeskAssert");

	@ArchTest
	static final ArchRule nothingIsSynchronized = methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED);

	@ArchTest
	static final ArchRule nothingSleepsOrReadsAClock = noClasses().should()
		.callMethod(Thread.class, "sleep", long.class)
		.orShould()
		.callMethod(System.class, "nanoTime")
		.orShould()
		.callMethod(System.class, "currentTimeMillis")
		.orShould()
		.dependOnClassesThat()
		.areAssignableTo(Clock.class)
		.orShould()
		.dependOnClassesThat()
		.areAssignableTo(Instant.class);

	/** A new one is a decision. */
	@Test
	void publicTypesAreThese() {
		assertThat(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.genstage.test")).filteredOn((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.extracting(JavaClass::getSimpleName)
			.containsExactlyInAnyOrder("Completion", "ConsumerTester", "DeadLetterDeskAssert", "LinkProviderContract",
					"ProducerConsumerTester", "ProducerTester", "StageProbes", "StageTester", "TestSystem");
	}

}
