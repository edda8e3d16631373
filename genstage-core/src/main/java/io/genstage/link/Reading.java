package io.genstage.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.genstage.StageRef;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.HeldRetry;
import io.genstage.delivery.Settlement;
import io.genstage.delivery.SourceHint;
import org.jspecify.annotations.Nullable;

/**
 * One run of a receiver: its reader, and what that has delivered. It lives on until its
 * last message is settled, while the stage may run anew. What the reader reports becomes
 * a message to the stage.
 */
final class Reading implements LinkReader.Listener, Acknowledger<Reading> {

	private final StageRef stage;

	private final ObservedLink observed;

	private final LinkDefinition link;

	private final LinkOptions options;

	private @Nullable LinkReader reader;

	private final AtomicInteger unsettled = new AtomicInteger();

	private final AtomicBoolean closed = new AtomicBoolean();

	/** Whether the stage has stopped. */
	private volatile boolean over;

	/** Whether nothing is delivered again to anybody. */
	private volatile boolean last;

	private final boolean keepsRetries;

	private Reading(LinkDefinition link, ObservedLink observed, LinkOptions options, boolean keepsRetries) {
		this.link = link;
		this.stage = observed.stage();
		this.observed = observed;
		this.options = options;
		this.keepsRetries = keepsRetries;
	}

	static Reading open(LinkProvider provider, LinkDefinition link, LinkOptions options, ObservedLink observed) {
		Reading reading = new Reading(link, observed, options, provider.keepsRetries());
		reading.reader = provider.openReader(link, reading);
		return reading;
	}

	LinkDefinition link() {
		return this.link;
	}

	LinkReader reader() {
		return Objects.requireNonNull(this.reader, "not open");
	}

	int unsettled() {
		return this.unsettled.get();
	}

	boolean isClosed() {
		return this.closed.get();
	}

	/** Makes deliveries of messages that are unsettled from now on. */
	List<Delivery<LinkMessage>> deliveriesOf(List<LinkRecord> records) {
		this.unsettled.addAndGet(records.size());
		List<Delivery<LinkMessage>> deliveries = new ArrayList<>(records.size());
		for (LinkRecord record : records) {
			deliveries.add(deliveryOf(record));
		}
		return deliveries;
	}

	private Delivery<LinkMessage> deliveryOf(LinkRecord record) {
		return Delivery.of(record.message(), this, this, record, this.observed.received(record.message()));
	}

	void stop() {
		CompletionStage<Void> unused = reader().stop().thenRun(() -> tell(LinkReceiver::stopped));
	}

	/** What fails from now on has failed for good, as the link is about to end. */
	void refuseRetries() {
		this.last = true;
	}

	/** The stage has stopped: closed by who settles the last message, if there is one. */
	void end() {
		this.over = true;
		closeIfDone();
	}

	private void closeIfDone() {
		if (this.over && this.unsettled.get() == 0) {
			close();
		}
	}

	void close() {
		if (this.closed.compareAndSet(false, true)) {
			reader().close();
		}
	}

	// From the engine below

	@Override
	public void delivered(List<LinkRecord> records) {
		tell((receiver) -> receiver.delivered(records));
	}

	@Override
	public void interrupted(Throwable cause) {
		tell((receiver) -> receiver.unavailable(cause));
	}

	@Override
	public void recovered() {
		tell((receiver) -> receiver.unavailable(null));
	}

	@Override
	public void failed(Throwable cause) {
		tell((receiver) -> receiver.failed(cause));
	}

	Step failing(Throwable cause) {
		return new Step(this, (receiver) -> receiver.fail(cause));
	}

	private void tell(Function<LinkReceiver, List<LinkMessage>> work) {
		this.stage.tell(new Step(this, work));
	}

	// From the stages

	@Override
	public void settle(Reading group, List<Settlement> accepted, List<Settlement> failed) {
		try {
			if (!accepted.isEmpty()) {
				reader().settle(settlements(accepted, (done) -> LinkSettlement.accept(recordOf(done))));
			}
			if (!failed.isEmpty()) {
				reader().settle(settlements(failed, this::settlementOf));
			}
		}
		finally {
			this.unsettled.addAndGet(-accepted.size() - failed.size());
			closeIfDone();
		}
	}

	private static List<LinkSettlement> settlements(List<Settlement> settled,
			Function<Settlement, LinkSettlement> settlement) {
		LinkSettlement[] all = new LinkSettlement[settled.size()];
		for (int place = 0; place < all.length; place++) {
			all[place] = settlement.apply(settled.get(place));
		}
		return List.of(all);
	}

	private LinkSettlement settlementOf(Settlement settlement) {
		LinkRecord record = recordOf(settlement);
		SourceHint hint = settlement.hint();
		String reason = reasonOf(settlement);
		HeldRetry retry = settlement.retry();
		if (retry != null && hint != null) {
			return LinkSettlement.hold(record, hint.delay(), reason, retry.text());
		}
		if (hint != null && hint.action() == SourceHint.Action.DROP) {
			return LinkSettlement.reject(record, "was dropped by its handler: " + reason);
		}
		if (this.last) {
			return LinkSettlement.reject(record, "has failed while the link was drained: " + reason);
		}
		if (this.over) {
			// It is given back by stages that stop, which is no fault of the message.
			return LinkSettlement.release(record, reason);
		}
		if (record.attempt() >= this.options.maxAttempts()) {
			return LinkSettlement.reject(record, "has failed %d times: %s".formatted(record.attempt(), reason));
		}
		Duration delay = (hint != null) ? hint.delay() : this.options.retryAfter();
		return LinkSettlement.retry(record, delay, reason);
	}

	private static LinkRecord recordOf(Settlement settlement) {
		return (LinkRecord) Objects.requireNonNull(settlement.reference());
	}

	/** The message of a cause may hold data of the event. */
	private static String reasonOf(Settlement settlement) {
		Throwable cause = settlement.cause();
		String reason = Objects.requireNonNullElse(settlement.reason(), "without a reason");
		return (cause != null) ? "%s (%s)".formatted(reason, cause.getClass().getName()) : reason;
	}

	@Override
	public boolean keepsRetries() {
		return this.keepsRetries;
	}

	@Override
	public @Nullable HeldRetry heldRetry(@Nullable Object reference) {
		return (reference instanceof LinkRecord record) ? HeldRetry.of(record.note()) : null;
	}

	@Override
	public boolean honours(SourceHint.Action action) {
		return true;
	}

	/**
	 * What the stage does at its turn.
	 *
	 * @param from the run that it belongs to
	 * @param work what to do
	 */
	record Step(Reading from, Function<LinkReceiver, List<LinkMessage>> work) {

		/** Another run may have begun meanwhile. */
		@SuppressWarnings("ReferenceEquality")
		boolean isOf(@Nullable Reading reading) {
			return this.from == reading;
		}

		List<LinkMessage> take(LinkReceiver receiver) {
			return this.work.apply(receiver);
		}

	}

}
