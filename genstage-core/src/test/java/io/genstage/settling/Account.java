package io.genstage.settling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.genstage.Discard;
import io.genstage.ExitReason;
import io.genstage.FailedEvent;
import io.genstage.StageListener;
import io.genstage.StageRef;
import io.genstage.Subscription;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * What has become of each event by what the handlers and the listener have seen, compared
 * with what its source hears. Nothing is taken from the deliveries.
 */
final class Account implements StageListener, Acknowledger<Object> {

	/** A stage that is away, which nothing else names. */
	private static final Pattern EMPTY_PLACE = Pattern.compile("^the selector of the place of stage '(.*)' failed");

	private final List<String> violations = new ArrayList<>();

	private final List<Item> emitted = new ArrayList<>();

	/** Where more than one stage, or none, may say the last word. */
	private final Set<String> broadcasters = new HashSet<>();

	/** The last that was handled of a subscription and a key. */
	private final Map<List<Object>, Long> handled = new HashMap<>();

	private final @Nullable List<String> story;

	private int numbers;

	Account(boolean tracing) {
		this.story = tracing ? new ArrayList<>() : null;
	}

	int nextNumber() {
		return this.numbers++;
	}

	void broadcasts(String stage) {
		this.broadcasters.add(stage);
	}

	void tell(Object who, Object... what) {
		if (this.story != null) {
			StringBuilder line = new StringBuilder(who.toString());
			for (Object part : what) {
				line.append(' ').append(part);
			}
			this.story.add(line.toString());
		}
	}

	List<String> story() {
		return (this.story != null) ? this.story : List.of();
	}

	void complain(String description, Object... parts) {
		String complaint = description.formatted(parts);
		tell("ACCOUNT:", complaint);
		this.violations.add(complaint);
	}

	void throwIfBroken() {
		if (!this.violations.isEmpty()) {
			throw new AssertionError(String.join("\n", this.violations));
		}
	}

	/** A call with an event has succeeded. */
	void finished(Item item, String stage) {
		tell(stage, "finishes", item);
		item.finishAt(stage);
	}

	/**
	 * A stage accepts an event, unless it comes too late. The source may hear of it at
	 * once, before it counts as handled.
	 */
	void accepts(Item item, String stage, BooleanSupplier accept) {
		Outcome before = item.words().putIfAbsent(stage, Outcome.ACCEPTED);
		if (accept.getAsBoolean()) {
			finished(item, stage);
			item.acceptAt(stage);
			if (before != null) {
				complain("%s has two outcomes at %s: %s, then it is accepted", item, stage, before);
			}
		}
		else if (before == null) {
			item.words().remove(stage);
		}
	}

	/** A call has succeeded at a stage that keeps events in order. */
	void inOrder(Item item, String run, Subscription from, Object key) {
		Long last = this.handled.put(List.of(run, from.id(), key), item.sequence());
		if (last != null && last > item.sequence()) {
			complain("%s has handled %s behind a later event of the same order", run, item);
		}
	}

	@Override
	public void onStop(StageRef stage, ExitReason reason) {
		tell(stage.name(), "stops:", reason);
	}

	@Override
	public void onEmit(StageRef stage, List<?> events) {
		for (Object event : events) {
			Item item = (Item) event;
			tell(stage.name(), "emits", item, "of", item.roots());
			item.emitBy(stage.name(), this.emitted.size());
			this.emitted.add(item);
			for (Item root : item.roots()) {
				root.descendants().add(item);
				if (root.reported() != null) {
					complain("%s is emitted after %s, of which it was made, was settled", item, root);
				}
			}
		}
	}

	@Override
	public void onSend(Subscription subscription, int events) {
		tell(subscription.producer().name(), "sends", events, "to", subscription.consumer().name());
	}

	@Override
	public void onHandle(Subscription subscription, List<?> events) {
		String stage = subscription.consumer().name();
		for (Object event : events) {
			Item item = (Item) event;
			if (!item.isFinishedAt(stage)) {
				complain("%s counts as handled by %s, which has not done so", item, stage);
			}
			word(item, stage, Outcome.ACCEPTED);
		}
	}

	@Override
	public void onRetry(StageRef stage, FailedEvent failed, Duration delay) {
		tell(stage.name(), "retries", failed.event(), "after", delay);
	}

	@Override
	public void onGiveUp(StageRef stage, FailedEvent failed, Outcome outcome) {
		Item item = (Item) failed.event();
		if (outcome == Outcome.DEAD_LETTERED && !item.hasLetter()) {
			complain("%s is a dead letter of %s that no store has", item, stage.name());
		}
		word(item, stage.name(), outcome);
	}

	@Override
	public void onDiscard(StageRef stage, Discard discard) {
		if (discard.events().isEmpty()) {
			tell(stage.name(), "discards", discard.count(), "unnamed", discard.reason());
		}
		if (discard.reason().contains("they have passed")) {
			// Who is away for good has no say in what becomes of them.
			tell(stage.name(), "misses", discard.events());
			return;
		}
		Subscription subscription = discard.subscription();
		Matcher emptyPlace = EMPTY_PLACE.matcher(discard.reason());
		String name = emptyPlace.find() ? emptyPlace.group(1)
				: (subscription != null) ? subscription.consumer().name() : stage.name();
		discard.events().forEach((event) -> word((Item) event, name, Outcome.FAILED));
	}

	void lost(Item item, String stage) {
		word(item, stage, Outcome.FAILED);
	}

	private void word(Item item, String stage, Outcome outcome) {
		tell(stage, "says of", item, outcome);
		if (outcome == Outcome.ACCEPTED && item.countsAt(stage)) {
			return;
		}
		Outcome before = item.words().putIfAbsent(stage, outcome);
		if (before != null) {
			complain("%s has two outcomes at %s: %s, then %s", item, stage, before, outcome);
		}
		for (Item root : item.roots()) {
			if (root.reported() != null) {
				complain("%s is %s at %s after %s, of which it was made, was settled", item, outcome, stage, root);
			}
		}
	}

	@Override
	public void settle(Object group, List<Settlement> accepted, List<Settlement> failed) {
		accepted.forEach((settlement) -> settle(settlement, true));
		failed.forEach((settlement) -> settle(settlement, false));
	}

	private void settle(Settlement settlement, boolean accepted) {
		Item root = (Item) settlement.event();
		Outcome outcome = settlement.outcome();
		tell("source", "hears of", root, outcome);
		if (root.reported() != null) {
			complain("%s is settled twice", root);
			return;
		}
		root.report(outcome);
		Outcome worst = Outcome.ACCEPTED;
		for (Item item : root.descendants()) {
			for (Outcome word : item.words().values()) {
				worst = (word.compareTo(worst) > 0) ? word : worst;
			}
			if (item.words().isEmpty() && !isShared(item)) {
				complain("%s is settled before %s, which was made of it, has an outcome", root, item);
			}
		}
		if (worst != outcome) {
			complain("%s is settled as %s, but was %s", root, outcome, worst);
		}
		if (accepted != (outcome != Outcome.FAILED)) {
			complain("%s is %s, which is in the wrong list", root, outcome);
		}
	}

	/** Nothing is left to do. */
	void checkEnd() {
		for (Item item : this.emitted) {
			if (item.isRoot() && item.reported() == null) {
				complain("%s is never settled", item);
			}
			if (!item.acceptedAt().isEmpty()) {
				complain("%s was accepted and counts nowhere as handled: %s", item, item.acceptedAt());
			}
			boolean shared = isShared(item);
			if (item.words().isEmpty() && !shared) {
				complain("%s has no outcome", item);
			}
			if (item.words().size() > 1 && !shared) {
				complain("%s has several outcomes: %s", item, item.words());
			}
		}
	}

	/** Returns whether several stages, or none, were sent it. */
	private boolean isShared(Item item) {
		String emitter = String.valueOf(item.emitter());
		int instance = emitter.indexOf('#');
		return this.broadcasters.contains((instance > 0) ? emitter.substring(0, instance) : emitter);
	}

}
