package io.genstage.boot.handler;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which types of events can meet on an edge.
 */
class EventTypesTests {

	@ParameterizedTest(name = "{0} to {1}: {2}")
	@CsvSource(delimiter = '|', textBlock = """
			text       | text       | true
			text       | integer    | false
			integer    | number     | true
			number     | integer    | true
			text       | anything   | true
			anything   | text       | true
			variable   | text       | true
			text       | variable   | true
			bounded    | text       | true
			bounded    | integer    | true
			integer    | primitive  | true
			primitive  | integer    | true
			integer    | wide       | true
			wide       | integer    | false
			character  | wide       | true
			character  | text       | false
			integer    | longObject | false
			text       | message    | true
			message    | message    | true
			integer    | message    | false
			message    | text       | false
			message    | anything   | true
			texts      | texts      | true
			texts      | integers   | false
			texts      | raw        | true
			raw        | texts      | true
			texts      | variables  | true
			variables  | texts      | true
			texts      | wildcards  | true
			byText     | byText     | true
			byText     | byInteger  | false
			""")
	void canMeet(String emitted, String taken, boolean expected) {
		assertThat(EventTypes.canMeet(type(emitted), type(taken))).isEqualTo(expected);
	}

	private static ResolvableType type(String method) {
		return ResolvableType.forMethodReturnType(ReflectionUtils.findMethod(Types.class, method));
	}

	interface Types<T, N extends Number> {

		String text();

		Integer integer();

		Message<String> message();

		Long longObject();

		Number number();

		Object anything();

		T variable();

		N bounded();

		int primitive();

		long wide();

		char character();

		List<String> texts();

		List<Integer> integers();

		@SuppressWarnings("rawtypes")
		List raw();

		List<T> variables();

		List<?> wildcards();

		Map<String, List<String>> byText();

		Map<String, List<Integer>> byInteger();

	}

}
