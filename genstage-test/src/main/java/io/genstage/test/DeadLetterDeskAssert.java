package io.genstage.test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;

/**
 * AssertJ's assertions on dead letters. Only who uses them needs AssertJ.
 *
 * <pre>{@code
 * assertThat(desk).hasLetters(1).fromStage("book").events().containsExactly(order);
 * }</pre>
 */
public final class DeadLetterDeskAssert extends AbstractAssert<DeadLetterDeskAssert, DeadLetterDesk> {

	private static final int MAX_SHOWN = 20;

	private final DeadLetterFilter filter;

	private DeadLetterDeskAssert(@Nullable DeadLetterDesk desk, DeadLetterFilter filter) {
		super(desk, DeadLetterDeskAssert.class);
		this.filter = filter;
	}

	/**
	 * Begins assertions on the letters of a desk.
	 * @param desk the desk
	 * @return the assertions, on all letters
	 */
	public static DeadLetterDeskAssert assertThat(@Nullable DeadLetterDesk desk) {
		return new DeadLetterDeskAssert(desk, DeadLetterFilter.all());
	}

	/**
	 * Goes on with the letters of one stage.
	 * @param stage the name of the stage that has given their events up
	 * @return assertions on these letters
	 */
	public DeadLetterDeskAssert fromStage(String stage) {
		isNotNull();
		return new DeadLetterDeskAssert(this.actual, this.filter.withStage(stage)).as(descriptionText());
	}

	/**
	 * Verifies how many letters there are.
	 * @param count the number
	 * @return these assertions
	 * @throws AssertionError if it is another one; the message shows why the letters are
	 * there
	 */
	public DeadLetterDeskAssert hasLetters(int count) {
		List<DeadLetter> letters = list();
		if (letters.size() != count) {
			failWithMessage("Expecting %d dead letters but there are %d:%n%s", count, letters.size(),
					letters.stream()
						.limit(MAX_SHOWN)
						.map(DeadLetterDeskAssert::describe)
						.collect(Collectors.joining("%n".formatted())));
		}
		return this;
	}

	private static String describe(DeadLetter letter) {
		String cause = (letter.causeType() != null) ? ", %s: %s".formatted(letter.causeType(), letter.causeMessage())
				: "";
		return "  stage '%s': %s%s".formatted(letter.stage(), letter.reason(), cause);
	}

	/**
	 * Verifies that there is no letter.
	 * @return these assertions
	 * @throws AssertionError if there are some; the message shows why
	 */
	public DeadLetterDeskAssert hasNoLetters() {
		return hasLetters(0);
	}

	/**
	 * Goes on with the letters themselves, such as their reasons and causes.
	 * @return AssertJ's assertions on them, in the order in which they came
	 */
	public ListAssert<DeadLetter> letters() {
		return Assertions.assertThat(list()).as(descriptionText());
	}

	/**
	 * Goes on with the events of the letters.
	 * @return AssertJ's assertions on them, in the order in which the letters came
	 */
	public ListAssert<Object> events() {
		List<Object> events = list().stream().flatMap((letter) -> this.actual.event(letter.id()).stream()).toList();
		return Assertions.assertThat(events).as(descriptionText());
	}

	private List<DeadLetter> list() {
		isNotNull();
		List<DeadLetter> letters = new ArrayList<>();
		String next = null;
		do {
			DeadLetterDesk.Page page = this.actual.list(this.filter, next, DeadLetterDesk.MAX_LIMIT);
			letters.addAll(page.letters());
			next = page.next();
		}
		while (next != null);
		Collections.reverse(letters);
		return letters;
	}

}
