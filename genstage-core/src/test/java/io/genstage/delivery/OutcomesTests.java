package io.genstage.delivery;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a handler's whole answer says of the events of its call.
 */
class OutcomesTests {

	private static final IllegalStateException CAUSE = new IllegalStateException("no");

	@Test
	void answerForEachEventInTheOrderOfTheCall() {
		Answers answers = Outcomes.failed("b", CAUSE)
			.and(Outcomes.accepted("a"))
			.and(Outcomes.retry("c"))
			.and(Outcomes.retry("d", Duration.ofSeconds(3)))
			.and(Outcomes.failed("e", "not payable"))
			.answersTo(List.of("a", "b", "c", "d", "e"));
		assertThat(answers.each()).containsExactly(new Answer(Answer.Kind.ACCEPTED, null, null, null),
				new Answer(Answer.Kind.FAILED, null, CAUSE, null), new Answer(Answer.Kind.RETRY, null, null, null),
				new Answer(Answer.Kind.RETRY, null, null, Duration.ofSeconds(3)),
				new Answer(Answer.Kind.REJECTED, "not payable", null, null));
		assertThat(answers.complaints()).isEmpty();
	}

	@Test
	void answerForEqualEventsInTheirOrder() {
		Answers answers = Outcomes.accepted(1)
			.and(Outcomes.failed(1, "no"))
			.and(Outcomes.accepted(2))
			.answersTo(List.of(1, 1, 2));
		assertThat(answers.each()).map(Answer::kind)
			.containsExactly(Answer.Kind.ACCEPTED, Answer.Kind.REJECTED, Answer.Kind.ACCEPTED);
		assertThat(answers.complaints()).isEmpty();
	}

	@Test
	@DisplayName("BW34 an event that a handler leaves out has failed, and the log says how many came")
	void failWhatTheyLeaveOut() {
		Answers answers = Outcomes.accepted("a").and(Outcomes.accepted("c")).answersTo(List.of("a", "b", "c"));
		assertThat(answers.each()).map(Answer::kind)
			.containsExactly(Answer.Kind.ACCEPTED, Answer.Kind.FAILED, Answer.Kind.ACCEPTED);
		String complaint = "expected an outcome for each of the 3 members of the call, but got none for 1 of them,"
				+ " first for number 2";
		assertThat(answers.complaints()).containsExactly(complaint);
		assertThat(answers.each().get(1).cause())
			.hasMessage("the returned Outcomes didn't name this member: " + complaint);
	}

	@Test
	void failEverythingIfTheyNameNobody() {
		Answers answers = Outcomes.none().answersTo(List.of("a", "b"));
		assertThat(answers.each()).map(Answer::kind).containsExactly(Answer.Kind.FAILED, Answer.Kind.FAILED);
		assertThat(answers.complaints()).hasSize(1);
	}

	@Test
	void nameNobodyForNoEvents() {
		Answers answers = Outcomes.none().answersTo(List.of());
		assertThat(answers.each()).isEmpty();
		assertThat(answers.complaints()).isEmpty();
	}

	@Test
	@DisplayName("BW32 the log says what was expected and what came")
	void complainAboutStrangersAndFailTheEventThatWasMeant() {
		Answers answers = Outcomes.accepted("a").and(Outcomes.accepted(7)).answersTo(List.of("a", "b"));
		assertThat(answers.complaints()).containsExactly(
				"expected one of the 2 members of the call, but mention 2 is a java.lang.Integer that is none of them",
				"expected an outcome for each of the 2 members of the call, but got none for 1 of them, first for number 2");
		assertThat(answers.each().get(1).kind()).isEqualTo(Answer.Kind.FAILED);
		assertThat(answers.each().get(1).cause()).hasMessageContaining("mention 2 is a java.lang.Integer");
	}

	@Test
	void complainAboutNull() {
		Answers answers = Outcomes.accepted("a").and(Outcomes.accepted(null)).answersTo(List.of("a"));
		assertThat(answers.each()).map(Answer::kind).containsExactly(Answer.Kind.ACCEPTED);
		assertThat(answers.complaints())
			.containsExactly("expected one of the 1 members of the call, but mention 2 is null");
	}

	@Test
	void keepTheFirstWordForOneThatIsRepeated() {
		Answers answers = Outcomes.accepted("a").and(Outcomes.failed("a", "no")).answersTo(List.of("a"));
		assertThat(answers.each()).map(Answer::kind).containsExactly(Answer.Kind.ACCEPTED);
		assertThat(answers.complaints()).containsExactly("expected one of the 1 members of the call, but mention 2 is"
				+ " a java.lang.String that was named before as often as it is there; the first word stands");
	}

	@Test
	@DisplayName("[a, a, b] for [a, b, c]: c has failed, and nothing is settled twice")
	void catchARepeatedMemberInAnAnswerOfTheRightLength() {
		Answers answers = Outcomes.allAccepted(List.of("a", "a", "b")).answersTo(List.of("a", "b", "c"));
		assertThat(answers.each()).map(Answer::kind)
			.containsExactly(Answer.Kind.ACCEPTED, Answer.Kind.ACCEPTED, Answer.Kind.FAILED);
		assertThat(answers.complaints()).hasSize(2);
	}

	@Test
	void complainBrieflyAboutMany() {
		Answers answers = Outcomes.allAccepted(IntStream.range(0, 1000).boxed().toList()).answersTo(List.of());
		assertThat(answers.complaints()).hasSize(6).last().isEqualTo("and 995 more");
	}

	@Test
	void keepTheEventsOutOfWhatIsLogged() {
		Answers answers = Outcomes.accepted("secret").answersTo(List.of("a"));
		assertThat(answers.complaints()).noneMatch((complaint) -> complaint.contains("secret"));
		assertThat(Outcomes.accepted("secret")).hasToString("outcomes of 1 events");
	}

	@Test
	void areNotChangedByOthers() {
		Outcomes a = Outcomes.accepted("a");
		Outcomes ab = a.and(Outcomes.accepted("b"));
		a.and(Outcomes.failed("b", "no"));
		assertThat(ab.answersTo(List.of("a", "b")).each()).map(Answer::kind)
			.containsExactly(Answer.Kind.ACCEPTED, Answer.Kind.ACCEPTED);
	}

	@Test
	void refuseToWaitForLessThanNoTime() {
		assertThatIllegalArgumentException().isThrownBy(() -> Outcomes.retry("a", Duration.ofMillis(-1)))
			.withMessage("expected a delay that is not negative, but got PT-0.001S");
	}

}
