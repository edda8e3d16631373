package io.genstage.boot.test.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.StringUtils;

/**
 * Begins with what holds in a slice unless the test says something else.
 */
final class GenStageTestContextBootstrapper extends TestSliceTestContextBootstrapper<GenStageTest> {

	private static final String[] ALWAYS = { "genstage.dead-letters.store=memory" };

	private static final String[] OF_SOME_COMPONENTS = { "genstage.optional-stages=*" };

	GenStageTestContextBootstrapper() {
	}

	@Override
	protected String @Nullable [] getProperties(Class<?> testClass) {
		String[] ofTheSlice = hasSomeComponents(testClass)
				? StringUtils.concatenateStringArrays(ALWAYS, OF_SOME_COMPONENTS) : ALWAYS;
		return StringUtils.concatenateStringArrays(ofTheSlice, super.getProperties(testClass));
	}

	private static boolean hasSomeComponents(Class<?> testClass) {
		GenStageTest slice = TestContextAnnotationUtils.findMergedAnnotation(testClass, GenStageTest.class);
		return slice != null && slice.value().length > 0;
	}

}
