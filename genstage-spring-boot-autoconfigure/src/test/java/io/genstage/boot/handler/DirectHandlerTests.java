package io.genstage.boot.handler;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.genstage.StageContext;
import io.genstage.Subscription;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DirectHandlerTests {

	private final List<Object> reflective = new ArrayList<>();

	@Nested
	class Arguments {

		@Test
		void comeInTheOrderOfTheMethod() throws Exception {
			assertThat(handle("all", new int[] { 2, 0, 1 }, "a")).isEqualTo("null a null");
		}

		@Test
		void areLeftOutIfTheMethodDoesNotTakeThem() throws Exception {
			assertThat(handle("subscription", new int[] { 1, 0 }, "a")).isEqualTo("null a");
		}

		@ParameterizedTest(name = "{0}")
		@CsvSource({ "takesInt, 1", "takesLong, 1", "takesDouble, 1.0", "takesInteger, 1", "takesObject, 1",
				"takesStatically, 1" })
		void areConvertedAsByReflection(String method, String expected) throws Exception {
			assertThat(handle(method, 1)).hasToString(expected).isEqualTo(reflectively(method, 1));
		}

		@Test
		void areNotCollectedForAVariableNumber() throws Exception {
			Object[] event = { "a", "b" };
			assertThat(handle("takesMany", event)).isEqualTo(2);
		}

		@Test
		void ofAnotherTypeAreLeftToReflection() throws Exception {
			assertThat(handle("takesInt", "a")).isEqualTo("by reflection");
			assertThat(handle("takesInteger", 1L)).isEqualTo("by reflection");
			assertThat(DirectHandlerTests.this.reflective).containsExactly("a", 1L);
		}

	}

	@Nested
	class Results {

		@Test
		void areNullOfAMethodThatReturnsNothing() throws Exception {
			assertThat(handle("nothing", 1)).isNull();
		}

		@Test
		void areExceptionsAsTheyWereThrown() {
			for (Throwable thrown : List.of(new IOException("a"), new IllegalArgumentException("b"), new Error("c"))) {
				assertThatExceptionOfType(Throwable.class).isThrownBy(() -> handle("fails", thrown)).isSameAs(thrown);
			}
			assertThat(DirectHandlerTests.this.reflective).isEmpty();
		}

		@Test
		void areFailuresOfTheMethodToCastWhichIsNotCalledAgain() {
			ClassCastException own = new ClassCastException("own");
			assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> handle("fails", own)).isSameAs(own);
			assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> handle("failsToCast", 1))
				.withMessage("of 1");
			assertThat(DirectHandlerTests.this.reflective).isEmpty();
		}

	}

	@Nested
	class Beans {

		@Test
		void mayBeBehindProxiesOfTheirClass() throws Exception {
			ProxyFactory proxies = new ProxyFactory(new Handlers());
			proxies.setProxyTargetClass(true);
			assertThat(handleAdvised(proxies, Handlers.class, "takesInt")).isEqualTo("advised 1");
		}

		@Test
		void mayBeBehindProxiesOfTheirInterfaces() throws Exception {
			ProxyFactory proxies = new ProxyFactory((Function<Integer, Object>) (event) -> event);
			assertThat(handleAdvised(proxies, Function.class, "apply")).isEqualTo("advised 1");
		}

		private @Nullable Object handleAdvised(ProxyFactory proxies, Class<?> type, String method) throws Exception {
			proxies.addAdvice((MethodInterceptor) (invocation) -> "advised " + invocation.getArguments()[0]);
			return direct(proxies.getProxy(), type, method, new int[] { 0 }).handle(1, null, null, null);
		}

	}

	private @Nullable Object handle(String method, Object event) throws Exception {
		return handle(method, new int[] { 0 }, event);
	}

	private @Nullable Object handle(String method, int[] places, Object event) throws Exception {
		return direct(new Handlers(), Handlers.class, method, places).handle(event, null, null, null);
	}

	private DirectHandler direct(Object bean, Class<?> type, String method, int[] places) throws Exception {
		return DirectHandler.of(method(bean, type, method).handle().orElseThrow(), places,
				(event, from, context, acknowledgement) -> {
					this.reflective.add(event);
					return "by reflection";
				});
	}

	private static @Nullable Object reflectively(String method, Object event) throws Exception {
		return method(new Handlers(), Handlers.class, method).call(event);
	}

	private static StageMethod method(Object bean, Class<?> type, String name) throws UnusableStageException {
		Method method = ReflectionUtils.findMethod(type, name, (Class<?>[]) null);
		return StageMethod.of(bean, type, method);
	}

	static class Handlers {

		String all(StageContext context, String event, Subscription from) {
			return "%s %s %s".formatted(context, event, from);
		}

		String subscription(Subscription from, String event) {
			return "%s %s".formatted(from, event);
		}

		Object takesInt(int event) {
			return event;
		}

		long takesLong(long event) {
			return event;
		}

		double takesDouble(double event) {
			return event;
		}

		Integer takesInteger(Integer event) {
			return event;
		}

		Object takesObject(Object event) {
			return event;
		}

		static int takesStatically(int event) {
			return event;
		}

		int takesMany(Object... events) {
			return events.length;
		}

		void nothing(int event) {
		}

		void fails(Throwable event) throws Throwable {
			throw event;
		}

		void failsToCast(long event) {
			throw new ClassCastException("of " + event);
		}

	}

}
