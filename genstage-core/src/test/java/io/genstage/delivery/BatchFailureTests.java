package io.genstage.delivery;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a thrown failure says of the events of its call.
 */
class BatchFailureTests {

	private static final IllegalStateException NO = new IllegalStateException("no");

	private static final IllegalStateException NEITHER = new IllegalStateException("neither");

	@Test
	void failsThoseItNamesWithTheirCauses() {
		Answers answers = BatchFailure.of("c", NO).and("a", NEITHER).answersTo(List.of("a", "b", "c"));
		assertThat(answers.each()).containsExactly(Answer.failed(NEITHER), Answer.UNTOUCHED, Answer.failed(NO));
		assertThat(answers.complaints()).isEmpty();
	}

	@Test
	void acceptsTheOthersOnRequest() {
		Answers answers = BatchFailure.of("b", NO).othersAccepted().answersTo(List.of("a", "b", "c"));
		assertThat(answers.each()).containsExactly(Answer.ACCEPTED, Answer.failed(NO), Answer.ACCEPTED);
	}

	@Test
	void failsOneOfTwoEqualEvents() {
		Answers answers = BatchFailure.of(1, NO).answersTo(List.of(1, 1, 2));
		assertThat(answers.each()).containsExactly(Answer.failed(NO), Answer.UNTOUCHED, Answer.UNTOUCHED);
	}

	@Test
	void failsAllIfItNamesNoneOfThem() {
		BatchFailure failure = BatchFailure.of("x", NO);
		Answers answers = failure.answersTo(List.of("a", "b"));
		assertThat(answers.each()).containsExactly(Answer.failed(failure), Answer.failed(failure));
		assertThat(answers.complaints()).containsExactly(
				"expected one of the 2 members of the call, but mention 1 is a java.lang.String that is none of them");
	}

	@Test
	void acceptsNobodyWhenItNamesAStranger() {
		BatchFailure failure = BatchFailure.of("a", NO).and(null, NEITHER).othersAccepted();
		Answers answers = failure.answersTo(List.of("a", "b"));
		assertThat(answers.each()).containsExactly(Answer.failed(NO), Answer.failed(failure));
		assertThat(answers.complaints())
			.containsExactly("expected one of the 2 members of the call, but mention 2 is null");
	}

	@Test
	void leavesTheOthersUntouchedWhenItNamesAStranger() {
		Answers answers = BatchFailure.of("a", NO).and("x", NEITHER).answersTo(List.of("a", "b"));
		assertThat(answers.each()).containsExactly(Answer.failed(NO), Answer.UNTOUCHED);
	}

	@Test
	void keepsTheFirstCauseOfOneThatIsRepeated() {
		Answers answers = BatchFailure.of("a", NO).and("a", NEITHER).othersAccepted().answersTo(List.of("a", "b"));
		assertThat(answers.each()).containsExactly(Answer.failed(NO), Answer.ACCEPTED);
		assertThat(answers.complaints()).hasSize(1);
	}

	@Test
	void saysHowManyHaveFailedWithoutTheirData() {
		assertThat(BatchFailure.of("a", NO).and("b", NEITHER))
			.hasMessage("2 events of the call have failed, and the others are to be handled again")
			.hasCause(NO);
		assertThat(BatchFailure.of("a", NO).othersAccepted())
			.hasMessage("1 events of the call have failed, and the others are accepted");
	}

}
