package io.genstage.boot;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.core.OverridingClassLoader;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handlers where jars that they may use are absent.
 */
class OptionalJarTests {

	@Test
	void noReactiveTypesAreMissedByOtherResults() throws Exception {
		Class<?> type = new Without("org.reactivestreams.", "reactor.", "io.reactivex.")
			.loadClass(HandlerResult.class.getName());
		assertThat(invoke(type, invoke(type, null, "of", ResolvableType.class, ResolvableType.NONE), "events",
				Object.class, List.of("a", "b")))
			.isEqualTo(List.of("a", "b"));
	}

	@Test
	void noMessagesAreMissedByOtherParameters() throws Exception {
		Class<?> type = new Without("org.springframework.messaging.").loadClass(EventParameter.class.getName());
		assertThat(invoke(type, null, "of", ResolvableType.class,
				ResolvableType.forClassWithGenerics(List.class, String.class)))
			.hasToString("EventParameter[eventType=java.lang.String, takesBatches=true, takesMessages=false]");
	}

	private static Object invoke(Class<?> type, Object target, String method, Class<?> parameter, Object argument)
			throws Exception {
		var found = ReflectionUtils.findMethod(type, method, parameter);
		ReflectionUtils.makeAccessible(found);
		return found.invoke(target, argument);
	}

	/**
	 * Loads our classes anew and doesn't find those of some packages.
	 */
	private static final class Without extends OverridingClassLoader {

		private final List<String> hidden;

		Without(String... hidden) {
			super(OptionalJarTests.class.getClassLoader());
			this.hidden = List.of(hidden);
		}

		@Override
		protected boolean isEligibleForOverriding(String className) {
			return className.startsWith("io.genstage.boot.")
					|| className.startsWith("org.springframework.core.ReactiveAdapter");
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (this.hidden.stream().anyMatch(name::startsWith)) {
				throw new ClassNotFoundException(name);
			}
			return super.loadClass(name, resolve);
		}

	}

}
