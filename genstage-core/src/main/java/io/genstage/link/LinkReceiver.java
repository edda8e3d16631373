package io.genstage.link;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import io.genstage.demand.OwedDemand;
import io.genstage.link.Reading.Step;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a link, as a producer. It asks the engine for as many messages as
 * its consumers ask it for events, and each message is settled at the engine when it, and
 * all that was made from it, has been handled, skipped or kept as a dead letter. One that
 * has <em>failed</em> is delivered again after a time, and
 * {@linkplain LinkSettlement.Action#REJECT rejected} when its attempts are used up; its
 * handler may say otherwise by a {@link io.genstage.delivery.SourceHint}.
 * <p>
 * Messages are read by the next stage, so that one that can't be read fails there like
 * any other event:
 *
 * <pre>{@code
 * StageRef received = system.start("orders-in", new LinkReceiver(links, orders, LinkOptions.defaults()));
 * PerEventProducerConsumerStage<LinkMessage, Order> read = (message, from, results) -> results
 *     .accept(mapper.read(message.payload()));
 * system.start("orders", read, failing).subscribeTo(received);
 * }</pre>
 *
 * While the engine can't be reached the stage waits, which its
 * {@linkplain io.genstage.StageStatus#outage() status} shows. A drain asks for nothing
 * more; of a link that {@linkplain LinkProvider#isLasting() doesn't last} it hands on
 * first what was sent, and rejects what fails. What is settled when the stage has stopped
 * reaches the engine nevertheless. How many messages are unsettled at most is said by
 * {@link io.genstage.StageOptions#withMaxUnsettled}.
 */
public final class LinkReceiver implements ProducerStage<LinkMessage>, AutoCloseable {

	private final LinkProvider provider;

	private final LinkDefinition link;

	private final LinkOptions options;

	/** Of this run, or the last one; any thread looks at it. */
	private volatile @Nullable Reading reading;

	private @Nullable StageContext context;

	/** What the engine was asked for and has not delivered. */
	private final OwedDemand asked = new OwedDemand();

	private boolean emptying;

	private boolean stopping;

	private @Nullable Throwable failure;

	/**
	 * Creates the receiving end of a link, which is opened when the stage starts.
	 * @param provider carries the link
	 * @param link the link
	 * @param options what becomes of messages that have failed
	 */
	public LinkReceiver(LinkProvider provider, LinkDefinition link, LinkOptions options) {
		this.provider = Objects.requireNonNull(provider, "provider must not be null");
		this.link = Objects.requireNonNull(link, "link must not be null");
		this.options = Objects.requireNonNull(options, "options must not be null");
	}

	/**
	 * Finds the message that an event was made from. Any thread may call this.
	 * @param event an event as it came, such as those of a {@link io.genstage.CallScope}
	 * @return the message and its link, or {@code null} if the event was made from no
	 * message of a link, or from several
	 */
	public static @Nullable Received received(Object event) {
		Settlement source = (event instanceof Delivery<?> delivery) ? delivery.sourceSettlement() : null;
		return (source != null && source.group() instanceof Reading from
				&& source.reference() instanceof LinkRecord record) ? new Received(from.link(), record) : null;
	}

	/**
	 * Returns how many messages were delivered and are not settled, in this run or the
	 * last one. Any thread may call this.
	 * @return their number
	 */
	public int unsettled() {
		Reading current = this.reading;
		return (current != null) ? current.unsettled() : 0;
	}

	/**
	 * Returns how many messages wait at the engine, as it was seen last. Any thread may
	 * call this.
	 * @return the number, or empty if it isn't known, or nothing is being read
	 */
	public OptionalLong waiting() {
		Reading current = this.reading;
		return (current != null && !current.isClosed()) ? current.reader().backlog() : OptionalLong.empty();
	}

	/** What waits at an engine that lasts is none of this stage's. */
	@Override
	public long backlog() {
		return this.provider.isLasting() ? 0 : waiting().orElse(0);
	}

	@Override
	public void onStart(StageContext context) {
		close();
		this.context = context;
		this.asked.clear();
		this.emptying = false;
		this.stopping = false;
		this.failure = null;
		this.reading = Reading.open(this.provider, this.link, this.options, ObservedLink.of(context, this.link));
	}

	@Override
	public List<LinkMessage> handleDemand(long demand) {
		if (!this.stopping) {
			this.asked.add(demand);
			reading().reader().ask(demand);
		}
		return List.of();
	}

	@Override
	public List<LinkMessage> onInfo(Object message) throws Exception {
		if (!(message instanceof Step step)) {
			return ProducerStage.super.onInfo(message);
		}
		return step.isOf(this.reading) ? step.take(this) : List.of();
	}

	@SuppressWarnings("unchecked") // a delivery stands for a message
	List<LinkMessage> delivered(List<LinkRecord> records) {
		if (records.size() > this.asked.events()) {
			throw new IllegalStateException("the provider '%s' has delivered %d messages, but was asked for %d"
				.formatted(this.provider.type(), records.size(), this.asked.events()));
		}
		this.asked.meet(records.size());
		List<Delivery<LinkMessage>> deliveries = reading().deliveriesOf(records);
		stopIfEmpty();
		return (List<LinkMessage>) (List<?>) deliveries;
	}

	List<LinkMessage> unavailable(@Nullable Throwable cause) {
		context().sourceUnavailable(cause);
		return List.of();
	}

	/** Fails when all that was delivered before has been handed on. */
	List<LinkMessage> failed(Throwable cause) {
		if (this.failure == null) {
			this.failure = cause;
			CompletionStage<?> unused = context().self().tellBehindEvents(reading().failing(cause));
		}
		return List.of();
	}

	List<LinkMessage> fail(Throwable cause) {
		context().fail(cause);
		return List.of();
	}

	List<LinkMessage> stopped() {
		if (this.failure == null) {
			context().complete();
		}
		return List.of();
	}

	@Override
	public boolean onDrainBegin(StageContext context) {
		return !this.provider.isLasting();
	}

	@Override
	public void onDrain(StageContext context) {
		if (this.provider.isLasting()) {
			stopReading();
		}
		else {
			this.emptying = true;
			reading().refuseRetries();
			stopIfEmpty();
		}
	}

	private void stopIfEmpty() {
		if (this.emptying && !this.stopping && reading().reader().backlog().orElse(0) == 0) {
			stopReading();
		}
	}

	private void stopReading() {
		this.stopping = true;
		reading().stop();
	}

	@Override
	public void onStop(ExitReason reason) {
		Reading current = this.reading;
		if (current != null) {
			current.end();
		}
	}

	/**
	 * Leaves the engine at once, with what is not settled. It is left without this when
	 * the stage has stopped and its last message is settled. Any thread may call this; it
	 * may block.
	 */
	@Override
	public void close() {
		Reading current = this.reading;
		if (current != null) {
			current.close();
		}
	}

	private Reading reading() {
		return Objects.requireNonNull(this.reading, "not started");
	}

	private StageContext context() {
		return Objects.requireNonNull(this.context, "not started");
	}

	/**
	 * A message that was received.
	 *
	 * @param link the link
	 * @param record the message, as it was delivered
	 */
	public record Received(LinkDefinition link, LinkRecord record) {
	}

}
