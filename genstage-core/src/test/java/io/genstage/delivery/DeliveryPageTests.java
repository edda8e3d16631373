package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.buffer.EventList;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Deliveries that a source makes all at once are like those that it makes one by one.
 */
class DeliveryPageTests {

	private final RecordingAcknowledger source = new RecordingAcknowledger();

	private final SettlementQueue queue = new SettlementQueue(Runnable::run, SettlementListener.NONE);

	private final List<Delivery<String>> page = Delivery.ofAll(List.of("a", "b", "c"), this.source, "g",
			List.of(1, 2, 3));

	@Test
	void hasADeliveryForEachEventWhichStaysTheSame() {
		assertThat(this.page).extracting(Delivery::event).containsExactly("a", "b", "c");
		assertThat(this.page.get(1)).isSameAs(this.page.get(1));
		assertThat(this.page).allMatch(Delivery::hasSource).noneMatch(Delivery::isSettled);
	}

	@Test
	void bringsItsReferencesAlongWithWhatIsSettledTogether() {
		EventList<Delivery<String>> emitted = emitted();
		EventList.accept(emitted.subList(0, 2));
		EventList.accept(emitted.subList(2, 3));
		assertThat(this.source.calls()).containsExactly("ack g [a, b | –]", "ack g [c | –]");
		assertThat(this.source.settlements()).extracting(Settlement::reference, Settlement::outcome)
			.containsExactly(tuple(1, Outcome.ACCEPTED), tuple(2, Outcome.ACCEPTED), tuple(3, Outcome.ACCEPTED));
	}

	@Test
	void isSettledAsOneThoughOneOfItWasMadeBefore() {
		Delivery<String> before = this.page.get(1);
		EventList<Delivery<String>> emitted = emitted();
		assertThat(emitted.get(1)).isSameAs(before);
		EventList.accept(emitted);
		assertThat(before.verdict()).isEqualTo(Verdict.accepted());
		assertThat(this.source.calls()).containsExactly("ack g [a, b, c | –]");
	}

	@Test
	void reportsWhatWasSettledBeforeItWasEmitted() {
		this.page.get(2).settle(Verdict.failed("torn", null));
		EventList.accept(emitted());
		assertThat(this.source.calls()).containsExactly("ack g [– | c]", "ack g [a, b | –]");
		assertThat(this.queue.unsettled()).isZero();
	}

	@Test
	void completesTheEndOfOneThatSomebodyListensTo() {
		List<Outcome> heard = new ArrayList<>();
		this.page.get(0).end().thenAccept(heard::add);
		EventList.accept(emitted());
		assertThat(heard).containsExactly(Outcome.ACCEPTED);
	}

	@Test
	void canBeEmittedInPartsAndWithOthers() {
		List<Delivery<String>> mixed = new ArrayList<>(this.page.subList(1, 3));
		mixed.add(Delivery.of("d", this.source, "h"));
		EventList<Delivery<String>> copied = EventList.copyOf(mixed);
		assertThat(EventList.rowOf(copied)).isNull();
		assertThat(this.queue.enter(copied)).isTrue();
		EventList.accept(copied);
		assertThat(this.source.calls()).containsExactly("ack g [b, c | –]", "ack h [d | –]");
	}

	@Test
	void isTakenOnce() {
		assertThat(this.queue.enter(DeliveryRow.ofPage(this.page))).isTrue();
		assertThat(this.queue.enter(DeliveryRow.ofPage(this.page))).isFalse();
		assertThat(this.queue.enter(EventList.copyOf(this.page))).isFalse();
		assertThat(this.queue.unsettled()).isEqualTo(3);
	}

	@Test
	void isNotTakenAgainIfOneOfItWas() {
		assertThat(this.queue.enter(List.of(this.page.get(1)))).isTrue();
		assertThat(this.queue.enter(DeliveryRow.ofPage(this.page))).isFalse();
	}

	@Test
	void mayHaveOneEventOrNone() {
		EventList<Delivery<String>> one = EventList.copyOf(Delivery.ofAll(List.of("a"), this.source, "g"));
		assertThat(this.queue.enter(one)).isTrue();
		EventList.accept(one);
		assertThat(this.source.calls()).containsExactly("ack g [a | –]");
		assertThat(EventList.copyOf(Delivery.ofAll(List.of(), this.source, "g"))).isEmpty();
	}

	@Test
	void showsAllThatIsSettledInOneCallInItsOrder() {
		List<Integer> events = IntStream.range(0, 100).boxed().toList();
		SettledSoFar settled = new SettledSoFar();
		SourceRow row = new SourceRow(events.toArray(), new SourceRow.Origin(this.source, "g", null));
		List<Settlement> all = IntStream.range(0, 100).mapToObj(row::settlement).toList();
		settled.append(all.get(0));
		settled.append(all.subList(1, 40));
		settled.append(all.subList(40, 43));
		settled.append(all.get(43));
		settled.append(all.subList(44, 70));
		settled.append(all.subList(70, 100));
		assertThat(settled).hasSize(100).containsExactlyElementsOf(all);
		assertThat(IntStream.range(0, 100).mapToObj(settled::get)).containsExactlyElementsOf(all);
	}

	@Test
	void needsAReferenceForEachEventAndNoNull() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Delivery.ofAll(List.of("a", "b"), this.source, "g", List.of(1)))
			.withMessage("there are 1 references for 2 events");
		assertThatNullPointerException().isThrownBy(() -> Delivery.ofAll(Arrays.asList("a", null), this.source, "g"))
			.withMessage("event must not be null");
	}

	private EventList<Delivery<String>> emitted() {
		EventList<Delivery<String>> emitted = EventList.copyOf(this.page);
		DeliveryRow row = EventList.rowOf(emitted);
		assertThat(row).isNotNull();
		assertThat(this.queue.enter(row)).isTrue();
		return emitted;
	}

}
