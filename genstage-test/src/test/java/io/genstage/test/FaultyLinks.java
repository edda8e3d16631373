package io.genstage.test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.link.LinkSettlement.Action;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
import org.jspecify.annotations.Nullable;

/**
 * Links in memory with one mistake, as a provider may have it.
 */
final class FaultyLinks implements LinkProvider {

	private final MemoryLinks links = new MemoryLinks();

	private final @Nullable Fault fault;

	private final List<LinkReader.Listener> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Creates links.
	 * @param fault the mistake, {@code null} for none
	 */
	FaultyLinks(@Nullable Fault fault) {
		this.fault = fault;
	}

	boolean has(Fault fault) {
		return this.fault == fault;
	}

	void interrupt() {
		this.links.interrupt(new IOException("gone"));
	}

	void recover() {
		this.links.recover();
	}

	List<LinkMessage> rejected(LinkDefinition link) {
		return this.links.rejected(destination(link));
	}

	private LinkDefinition destination(LinkDefinition link) {
		return has(Fault.MIXES_LINKS) ? link.withDestination("all") : link;
	}

	@Override
	public String type() {
		return "faulty";
	}

	@Override
	public boolean isLasting() {
		return false;
	}

	@Override
	public boolean keepsRetries() {
		return true;
	}

	@Override
	public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
		if (has(Fault.LEAVES_A_THREAD)) {
			Thread thread = new Thread(() -> waitFor(new CountDownLatch(1)), "left");
			thread.setDaemon(true);
			thread.start();
		}
		return new FaultyReader(link, listener);
	}

	private static void waitFor(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
		return new FaultyWriter(destination(link), listener);
	}

	/**
	 * What a provider may get wrong.
	 */
	enum Fault {

		DELIVERS_UNASKED("deliversNoMoreThanWasAskedFor"),

		DELIVERS_ONE_TOO_MANY("deliversNoMoreThanWasAskedFor"),

		FORGETS_WHAT_WAS_ASKED_BEFORE("addsUpWhatSeveralThreadsAskFor"),

		LOSES_HEADERS("carriesAMessageAsItIs"),

		LOSES_KEYS("carriesAMessageAsItIs"),

		TURNS_THE_ORDER_AROUND("keepsTheOrderOfAKey"),

		MIXES_LINKS("keepsLinksApart"),

		GIVES_A_MESSAGE_TO_TWO("givesAMessageToOneReader"),

		GIVES_ALL_POSITIONS_ALIKE("givesEachMessageAPlaceOfItsOwn"),

		CONFIRMS_WHAT_IT_DOES_NOT_KEEP("keepsWhatIsConfirmedWhenItsWriterIsClosed"),

		ACCEPTS_BEFORE_IT_IS_HANDLED("deliversAgainWhatIsNotSettled"),

		ACCEPTS_ALL_UP_TO_THE_LATEST("takesSettlementsInAnyOrder"),

		FORGETS_WHAT_WAS_ACCEPTED("neverDeliversAgainWhatIsAccepted"),

		COUNTS_THE_LAST_SETTLEMENT("countsTheFirstSettlement"),

		FORGETS_RETRIES("deliversAgainWhatIsToBeRetried"),

		COUNTS_NO_ATTEMPTS("deliversAgainWhatIsToBeRetried"),

		RETRIES_AT_ONCE("waitsAsLongAsARetryHasTo"),

		FORGETS_NOTES("keepsWhatIsNotedOfAHeldMessageIfItKeepsRetries"),

		COUNTS_HELD_MESSAGES("keepsWhatIsNotedOfAHeldMessageIfItKeepsRetries"),

		NEVER_FORGETS_NOTES("forgetsWhatIsNotedWhenAMessageIsRetried"),

		COUNTS_RELEASES("countsNoAttemptForWhatIsReleased"),

		DROPS_REJECTED_ONES("keepsWhatIsRejectedAndDeliversItNoMore"),

		DELIVERS_REJECTED_ONES("keepsWhatIsRejectedAndDeliversItNoMore"),

		KNOWS_NO_BACKLOG("seesWhatWaitsIfItKnows"),

		DELIVERS_WHEN_STOPPED("deliversNothingWhenItIsStopped"),

		CALLS_WHEN_CLOSED("doesNothingWhenItIsClosed"),

		SENDS_WHEN_CLOSED("failsWhatIsSentWhenItIsClosed"),

		REPORTS_TWICE("reportsAnInterruptionAndItsEndOnce"),

		NEVER_RECOVERS("reportsAnInterruptionAndItsEndOnce"),

		FORGETS_DEMAND_WHEN_INTERRUPTED("deliversAgainAfterAnInterruptionWhatWasAskedFor"),

		REFUSES_WHILE_AWAY("keepsWhatIsSentWhileTheEngineIsAway"),

		CONFIRMS_WHILE_AWAY("keepsWhatIsSentWhileTheEngineIsAway"),

		LEAVES_A_THREAD("deliversWhatIsSentLater");

		private final String foundBy;

		Fault(String foundBy) {
			this.foundBy = foundBy;
		}

		/** Returns the name of the test that finds it. */
		String foundBy() {
			return this.foundBy;
		}

	}

	/**
	 * A reader with the mistake.
	 */
	private final class FaultyReader implements LinkReader, LinkReader.Listener {

		private final LinkDefinition link;

		private final Listener listener;

		private final LinkReader reader;

		private final List<LinkRecord> accepted = new CopyOnWriteArrayList<>();

		private final List<LinkRecord> delivered = new ArrayList<>();

		private long asked;

		private volatile boolean closed;

		FaultyReader(LinkDefinition link, Listener listener) {
			this.link = destination(link);
			this.listener = listener;
			FaultyLinks.this.listeners.add(listener);
			this.reader = FaultyLinks.this.links.openReader(this.link, this);
			if (has(Fault.DELIVERS_UNASKED)) {
				this.reader.ask(1);
			}
		}

		@Override
		public void ask(long messages) {
			if (has(Fault.FORGETS_WHAT_WAS_ASKED_BEFORE) && this.asked > 0) {
				return;
			}
			this.asked = messages;
			this.reader.ask(has(Fault.DELIVERS_ONE_TOO_MANY) ? messages + 1 : messages);
		}

		@Override
		public void settle(List<LinkSettlement> settlements) {
			settlements.forEach(this::settle);
		}

		private void settle(LinkSettlement settlement) {
			LinkRecord record = settlement.record();
			Action action = settlement.action();
			if (action == Action.ACCEPT && has(Fault.FORGETS_WHAT_WAS_ACCEPTED)) {
				return;
			}
			if (action == Action.ACCEPT && has(Fault.ACCEPTS_ALL_UP_TO_THE_LATEST)) {
				this.delivered.subList(0, this.delivered.indexOf(record))
					.forEach((before) -> change(LinkSettlement.accept(before)));
			}
			if (action == Action.ACCEPT) {
				this.accepted.add(record);
			}
			else if (has(Fault.COUNTS_THE_LAST_SETTLEMENT) && this.accepted.contains(record)) {
				sendAnew(record.message());
			}
			if (action == Action.RETRY && has(Fault.FORGETS_RETRIES)) {
				change(LinkSettlement.accept(record));
			}
			else if (action == Action.RETRY && has(Fault.RETRIES_AT_ONCE)) {
				change(LinkSettlement.retry(record, Duration.ZERO, "now"));
			}
			else if (action == Action.RETRY && has(Fault.COUNTS_NO_ATTEMPTS)) {
				change(LinkSettlement.release(record, "uncounted"));
			}
			else if (action == Action.HOLD && has(Fault.COUNTS_HELD_MESSAGES)) {
				change(LinkSettlement.retry(record, settlement.delay(), "counted"));
			}
			else if (action == Action.RETRY && record.note() != null && has(Fault.NEVER_FORGETS_NOTES)) {
				change(LinkSettlement.hold(record, settlement.delay(), "noted", record.note()));
			}
			else if (action == Action.RELEASE && has(Fault.COUNTS_RELEASES)) {
				change(LinkSettlement.retry(record, Duration.ZERO, "counted"));
			}
			else if (action == Action.REJECT && has(Fault.DROPS_REJECTED_ONES)) {
				change(LinkSettlement.accept(record));
			}
			else if (action == Action.REJECT && has(Fault.DELIVERS_REJECTED_ONES)) {
				change(LinkSettlement.retry(record, Duration.ZERO, "again"));
			}
			else {
				change(settlement);
			}
		}

		private void sendAnew(LinkMessage message) {
			try (LinkWriter writer = FaultyLinks.this.links.openWriter(this.link, this)) {
				CompletionStage<Void> unused = writer.send(message);
			}
		}

		private void change(LinkSettlement settlement) {
			this.reader.settle(List.of(settlement));
		}

		@Override
		public CompletionStage<Void> stop() {
			return has(Fault.DELIVERS_WHEN_STOPPED) ? CompletableFuture.completedStage(null) : this.reader.stop();
		}

		@Override
		public OptionalLong backlog() {
			return has(Fault.KNOWS_NO_BACKLOG) ? OptionalLong.of(0) : this.reader.backlog();
		}

		@Override
		public void close() {
			this.reader.close();
			if (this.closed && has(Fault.CALLS_WHEN_CLOSED)) {
				this.listener.interrupted(new IOException("closed"));
			}
			this.closed = true;
		}

		@Override
		public void delivered(List<LinkRecord> records) {
			this.delivered.addAll(records);
			if (has(Fault.ACCEPTS_BEFORE_IT_IS_HANDLED)) {
				records.forEach((record) -> change(LinkSettlement.accept(record)));
			}
			List<LinkRecord> changed = new ArrayList<>(records);
			if (has(Fault.GIVES_ALL_POSITIONS_ALIKE)) {
				changed
					.replaceAll((record) -> new LinkRecord(record.message(), "here", record.attempt(), record.token()));
			}
			if (has(Fault.FORGETS_NOTES)) {
				changed.replaceAll((record) -> new LinkRecord(record.message(), record.position(), record.attempt(),
						record.token()));
			}
			if (has(Fault.TURNS_THE_ORDER_AROUND)) {
				Collections.reverse(changed);
			}
			if (has(Fault.GIVES_A_MESSAGE_TO_TWO)) {
				FaultyLinks.this.listeners.forEach((each) -> each.delivered(changed));
			}
			else {
				this.listener.delivered(changed);
			}
		}

		@Override
		public void interrupted(Throwable cause) {
			this.listener.interrupted(cause);
			if (has(Fault.REPORTS_TWICE)) {
				this.listener.interrupted(cause);
			}
			if (has(Fault.FORGETS_DEMAND_WHEN_INTERRUPTED)) {
				CompletionStage<Void> unused = this.reader.stop();
			}
		}

		@Override
		public void recovered() {
			if (!has(Fault.NEVER_RECOVERS)) {
				this.listener.recovered();
			}
		}

		@Override
		public void failed(Throwable cause) {
			this.listener.failed(cause);
		}

	}

	/**
	 * A writer with the mistake.
	 */
	private final class FaultyWriter implements LinkWriter, LinkListener {

		private final LinkListener listener;

		private final LinkWriter writer;

		private volatile boolean away;

		private volatile boolean closed;

		FaultyWriter(LinkDefinition link, LinkListener listener) {
			this.listener = listener;
			this.writer = FaultyLinks.this.links.openWriter(link, this);
		}

		@Override
		public CompletionStage<Void> send(LinkMessage message) {
			if (has(Fault.CONFIRMS_WHAT_IT_DOES_NOT_KEEP) || (this.closed && has(Fault.SENDS_WHEN_CLOSED))) {
				return CompletableFuture.completedStage(null);
			}
			if (this.away && has(Fault.REFUSES_WHILE_AWAY)) {
				return CompletableFuture.failedStage(new IOException("gone"));
			}
			CompletionStage<Void> sent = this.writer.send(changed(message));
			return (this.away && has(Fault.CONFIRMS_WHILE_AWAY)) ? CompletableFuture.completedStage(null) : sent;
		}

		private LinkMessage changed(LinkMessage message) {
			if (has(Fault.LOSES_HEADERS)) {
				return message.withHeaders(Map.of());
			}
			return has(Fault.LOSES_KEYS) ? message.withKey(null) : message;
		}

		@Override
		public void close() {
			this.closed = true;
			this.writer.close();
		}

		@Override
		public void interrupted(Throwable cause) {
			this.away = true;
			this.listener.interrupted(cause);
		}

		@Override
		public void recovered() {
			this.away = false;
			this.listener.recovered();
		}

		@Override
		public void failed(Throwable cause) {
			this.listener.failed(cause);
		}

	}

}
