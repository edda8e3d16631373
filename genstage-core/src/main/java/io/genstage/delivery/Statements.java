package io.genstage.delivery;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

import org.jspecify.annotations.Nullable;

/**
 * What a handler says of the members of its call, found by the objects that it names.
 */
final class Statements {

	/** More than these are of no use in a log. */
	private static final int MAX_COMPLAINTS = 5;

	private final @Nullable Answer[] found;

	private final List<String> complaints = new ArrayList<>();

	private int wrong;

	private int strangers;

	private Statements(int members) {
		this.found = new Answer[members];
	}

	static Statements of(List<?> call, List<Statement> statements) {
		Statements result = new Statements(call.size());
		int[] places = Members.find(members(call, statements), new Names(statements));
		for (int mention = 0; mention < places.length; mention++) {
			result.add(statements.get(mention), mention + 1, places[mention]);
		}
		return result;
	}

	/** Deliveries may be named by themselves, or all of them by their events. */
	private static List<?> members(List<?> call, List<Statement> statements) {
		boolean byEvents = call.stream().anyMatch(Delivery.class::isInstance)
				&& statements.stream().noneMatch((statement) -> statement.member() instanceof Delivery);
		return byEvents ? call.stream().map(Delivery::payload).toList() : call;
	}

	private void add(Statement statement, int mention, int place) {
		if (place >= 0) {
			this.found[place] = statement.answer();
			return;
		}
		if (place == Members.FOREIGN) {
			this.strangers++;
		}
		complain("expected one of the %d members of the call, but mention %d is %s".formatted(this.found.length,
				mention, described(statement.member(), place)));
	}

	/** What it is, without its data. */
	private static String described(@Nullable Object member, int place) {
		if (member == null) {
			return "null";
		}
		String type = member.getClass().getName();
		return (place == Members.REPEATED)
				? "a %s that was named before as often as it is there; the first word stands".formatted(type)
				: "a %s that is none of them".formatted(type);
	}

	private void complain(String complaint) {
		this.wrong++;
		if (this.wrong <= MAX_COMPLAINTS) {
			this.complaints.add(complaint);
		}
	}

	/** Returns how many members are named. */
	int foundMembers() {
		return (int) Arrays.stream(this.found).filter(Objects::nonNull).count();
	}

	/** Returns whether something is named that is no member. */
	boolean hasStrangers() {
		return this.strangers > 0;
	}

	/** Fails members that the answer should have named. */
	Answers answersForAll(String kind) {
		int missing = this.found.length - foundMembers();
		if (missing > 0) {
			complain(
					"expected an outcome for each of the %d members of the call, but got none for %d of them, first for number %d"
						.formatted(this.found.length, missing, firstMissing()));
		}
		return answers((missing > 0)
				? Answer
					.failed(new IllegalStateException(kind + " didn't name this member: " + String.join("; ", all())))
				: Answer.ACCEPTED);
	}

	private int firstMissing() {
		int place = 0;
		while (this.found[place] != null) {
			place++;
		}
		return place + 1;
	}

	Answers answers(Answer ofOthers) {
		List<Answer> each = new ArrayList<>(this.found.length);
		for (Answer answer : this.found) {
			each.add((answer != null) ? answer : ofOthers);
		}
		return new Answers(each, all());
	}

	private List<String> all() {
		List<String> all = new ArrayList<>(this.complaints);
		if (this.wrong > MAX_COMPLAINTS) {
			all.add("and %d more".formatted(this.wrong - MAX_COMPLAINTS));
		}
		return all;
	}

	/**
	 * The objects that are named.
	 */
	private static final class Names extends AbstractList<@Nullable Object> implements RandomAccess {

		private final List<Statement> statements;

		Names(List<Statement> statements) {
			this.statements = statements;
		}

		@Override
		public @Nullable Object get(int mention) {
			return this.statements.get(mention).member();
		}

		@Override
		public int size() {
			return this.statements.size();
		}

	}

}
