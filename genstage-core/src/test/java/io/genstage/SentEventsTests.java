package io.genstage;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SentEventsTests {

	private static final Object A = "consumer a";

	private static final Object B = "consumer b";

	@Test
	void nothingIsMissingThatWasSent() {
		SentEvents sent = new SentEvents(false);
		sent.add(A, List.of("one", "three"));
		assertThat(sent.missingFrom(List.of("one", "two", "three"))).containsExactly("two");
	}

	@Test
	void everythingIsMissingBeforeTheFirstMessage() {
		assertThat(new SentEvents(false).missingFrom(List.of("one", "two"))).containsExactly("one", "two");
	}

	@Test
	void tellsEqualEventsApart() {
		Order first = new Order("7");
		Order second = new Order("7");
		SentEvents sent = new SentEvents(false);
		sent.add(A, List.of(second));
		assertThat(sent.missingFrom(List.of(first, second))).singleElement().isSameAs(first);
	}

	@Test
	void takesEachMentionOfTheSameObjectForAnotherOfItsPlaces() {
		Order twice = new Order("7");
		SentEvents sent = new SentEvents(false);
		sent.add(A, List.of(twice));
		assertThat(sent.missingFrom(List.of(twice, twice))).hasSize(1);
		sent.add(B, List.of(twice));
		assertThat(sent.missingFrom(List.of(twice, twice))).isEmpty();
	}

	@Test
	void takesMentionsToAllConsumersForTheSamePlaceWhereAllGetAll() {
		Order twice = new Order("7");
		SentEvents sent = new SentEvents(true);
		sent.add(A, List.of(twice));
		sent.add(B, List.of(twice));
		assertThat(sent.missingFrom(List.of(twice, twice))).hasSize(1);
		sent.add(A, List.of(twice));
		assertThat(sent.missingFrom(List.of(twice, twice))).isEmpty();
	}

	@Test
	void doesNotKnowEventsThatWereSentInAnotherForm() {
		SentEvents sent = new SentEvents(false);
		sent.add(A, List.of("ONE"));
		assertThat(sent.missingFrom(List.of("one"))).containsExactly("one");
	}

	@Test
	void forgetsEverythingForTheNextDispatch() {
		SentEvents sent = new SentEvents(false);
		sent.add(A, List.of("one"));
		sent.clear();
		assertThat(sent.missingFrom(List.of("one"))).containsExactly("one");
	}

	private record Order(String number) {
	}

}
