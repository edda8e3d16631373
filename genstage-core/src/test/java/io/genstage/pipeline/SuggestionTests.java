package io.genstage.pipeline;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SuggestionTests {

	@Test
	void suggestsTheClosestName() {
		assertThat(Suggestion.instead("ordrs", List.of("orders", "others", "bills")))
			.isEqualTo("did you mean 'orders'? (there are [bills, orders, others])");
	}

	@Test
	void doesNotMindCapitals() {
		assertThat(Suggestion.instead("ORDERS", List.of("orders")))
			.isEqualTo("did you mean 'orders'? (there are [orders])");
	}

	@Test
	void suggestsNothingWhenNoNameIsClose() {
		assertThat(Suggestion.instead("prices", List.of("orders", "bills"))).isEqualTo("there are [bills, orders]");
	}

	@Test
	void suggestsNothingForNoName() {
		assertThat(Suggestion.instead("", List.of("a", "b"))).isEqualTo("there are [a, b]");
	}

	@Test
	void saysWhenThereIsNothingToSuggest() {
		assertThat(Suggestion.instead("orders", List.of())).isEqualTo("there are none");
	}

}
