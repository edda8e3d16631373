package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.genstage.buffer.BufferKeep;
import io.genstage.buffer.EventBuffer;
import io.genstage.buffer.EventList;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.DeliveryRow;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Settlement;
import io.genstage.delivery.SettlementListener;
import io.genstage.delivery.SettlementQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deliveries that were made together stay so on their way through partitions, and all of
 * them are settled, whatever the router says.
 */
class PartitionedPageTests implements Outlet<Object>, Acknowledger<String> {

	private static final Subscriber A = new TestSubscriber("A").with(Subscriber.PARTITION, "a");

	private static final Subscriber B = new TestSubscriber("B").with(Subscriber.PARTITION, "b");

	private final SettlementQueue queue = new SettlementQueue(Runnable::run, SettlementListener.NONE);

	private final List<List<Object>> sent = new ArrayList<>();

	private final List<Object> discarded = new ArrayList<>();

	private final List<String> settled = new ArrayList<>();

	private Dispatcher<Object> dispatcher = partitions(this::byLetter);

	private Dispatcher<Object> partitions(PartitionRouter<Object> router) {
		PartitionOptions<Object> options = PartitionOptions.ofNames(List.of("a", "b"), (event) -> "a");
		Dispatcher<Object> partitions = Dispatchers.partition(options.withRouter(router)).create(this);
		partitions.subscribe(A);
		partitions.subscribe(B);
		return partitions;
	}

	private PartitionRouter.@Nullable Routed<Object> byLetter(Object event) {
		return new PartitionRouter.Routed<>(event.toString().substring(0, 1), event);
	}

	private PartitionRouter<Object> except(String exception,
			Function<Object, PartitionRouter.@Nullable Routed<Object>> router) {
		return (event) -> event.equals(exception) ? router.apply(event) : byLetter(event);
	}

	private List<Object> page(String... events) {
		EventList<Object> page = EventList.copyOf(Delivery.ofAll(List.of(events), this, "page"));
		DeliveryRow row = EventList.rowOf(page);
		assertThat(row).isNotNull();
		assertThat(this.queue.enter(row)).isTrue();
		return page;
	}

	private void ask(int demand) {
		this.dispatcher.ask(A, demand);
		this.dispatcher.ask(B, demand);
	}

	private void acceptSent() {
		this.sent.forEach(EventList::accept);
	}

	@Test
	void goesInPortionsThatAreSettledTogether() {
		ask(5);
		assertThat(this.dispatcher.dispatch(page("a1", "b2", "b3", "a4", "b5"))).isEmpty();
		assertThat(this.sent).extracting(EventList::payloads)
			.containsExactly(EventList.copyOf(List.of("a1", "a4")), EventList.copyOf(List.of("b2", "b3", "b5")));
		assertThat(this.sent).allMatch((portion) -> EventList.rowOf(portion) != null);
		acceptSent();
		assertThat(this.settled).containsExactly("a1 a4 ACCEPTED", "b2 b3 b5 ACCEPTED");
		assertThat(this.queue.unsettled()).isZero();
	}

	@Test
	void takesNoMoreThanIsWanted() {
		ask(1);
		List<Object> page = page("a1", "a2", "b3", "a4");
		List<Object> left = this.dispatcher.dispatch(page);
		assertThat(left).isEqualTo(page.subList(2, 4));
		ask(2);
		assertThat(this.dispatcher.dispatch(left)).isEmpty();
		acceptSent();
		assertThat(this.settled).containsExactly("a1 ACCEPTED", "a2 ACCEPTED", "b3 ACCEPTED", "a4 ACCEPTED");
	}

	@Test
	void isJoinedWithOthersThatHaveWaited() {
		this.dispatcher.ask(B, 6);
		this.dispatcher.dispatch(page("a1", "b2", "a3"));
		this.dispatcher.dispatch(page("a4", "a5"));
		this.dispatcher.ask(A, 4);
		assertThat(this.sent).hasSize(2);
		assertThat(EventList.rowOf(this.sent.get(1))).isNotNull();
		assertThat(EventList.payloads(this.sent.get(1))).containsExactly("a1", "a3", "a4", "a5");
		acceptSent();
		assertThat(this.settled).containsExactly("b2 ACCEPTED", "a1 a3 a4 a5 ACCEPTED");
		assertThat(this.queue.unsettled()).isZero();
	}

	@Test
	void isAcceptedWhereTheRouterFilters() {
		this.dispatcher = partitions(except("b2", (event) -> null));
		ask(5);
		this.dispatcher.dispatch(page("a1", "b2", "a3"));
		assertThat(this.settled).containsExactly("b2 ACCEPTED");
		acceptSent();
		assertThat(this.settled).containsExactly("b2 ACCEPTED", "a1 a3 ACCEPTED");
	}

	@Test
	void waitsForWhatTheRouterPutsInThePlaceOfOne() {
		this.dispatcher = partitions(except("b2", (event) -> new PartitionRouter.Routed<>("a", "other")));
		ask(5);
		this.dispatcher.dispatch(page("a1", "b2", "a3"));
		assertThat(this.sent).hasSize(1);
		List<Object> portion = this.sent.get(0);
		assertThat(portion).extracting(Delivery::payload).containsExactly("a1", "other", "a3");
		EventList.accept(portion.subList(1, 2));
		assertThat(this.settled).containsExactly("b2 ACCEPTED");
		acceptSent();
		assertThat(this.settled).containsExactly("b2 ACCEPTED", "a1 a3 ACCEPTED");
		assertThat(this.queue.unsettled()).isZero();
	}

	@Test
	void losesWhatTheRouterPutsInThePlaceOfOneAndSendsNowhere() {
		this.dispatcher = partitions(except("b2", (event) -> new PartitionRouter.Routed<>("z", "other")));
		ask(5);
		this.dispatcher.dispatch(page("a1", "b2", "a3"));
		assertThat(this.discarded).extracting(Delivery::payload).containsExactly("other");
		EventList.accept(this.discarded);
		assertThat(this.settled).containsExactly("b2 ACCEPTED");
		acceptSent();
		assertThat(this.queue.unsettled()).isZero();
	}

	@Test
	void losesWhatTheRouterPutsInThePlaceOfAnEventAlone() {
		this.dispatcher = partitions(except("b2", (event) -> new PartitionRouter.Routed<>("z", "other")));
		ask(5);
		this.dispatcher.dispatch(List.of(page("b2", "never sent").get(0)));
		assertThat(this.discarded).extracting(Delivery::payload).containsExactly("other");
		EventList.accept(this.discarded);
		assertThat(this.settled).containsExactly("b2 ACCEPTED");
		assertThat(this.queue.unsettled()).isEqualTo(1);
	}

	@Test
	void losesOnlyThoseThatBelongNowhere() {
		this.dispatcher = partitions((event) -> switch (event.toString()) {
			case "x1" -> throw new IllegalStateException("broken");
			case "x2" -> new PartitionRouter.Routed<>("nowhere", event);
			case "x3" -> new PartitionRouter.Routed<>("a", null);
			default -> byLetter(event);
		});
		ask(5);
		this.dispatcher.dispatch(page("x1", "a1", "x2", "b2", "x3"));
		assertThat(this.discarded).extracting(Delivery::payload).containsExactly("x1", "x2", "x3");
		assertThat(this.discarded).allMatch((lost) -> lost instanceof Delivery<?> delivery && !delivery.isHandled());
		acceptSent();
		assertThat(this.settled).containsExactly("a1 ACCEPTED", "b2 ACCEPTED");
		assertThat(this.queue.unsettled()).isEqualTo(3);
		assertThat(this.dispatcher.openDemand()).isEqualTo(8);
	}

	@Test
	void comesApartInABufferWithOthers() {
		EventBuffer<Object> buffer = new EventBuffer<>(EventBuffer.UNLIMITED, BufferKeep.LAST);
		List<Object> page = page("a1", "a2", "a3");
		buffer.store(page.subList(1, 3));
		buffer.store(List.of("plain"));
		buffer.store(page.subList(0, 1));
		List<Object> taken = buffer.take(4);
		assertThat(taken).containsExactly(page.get(1), page.get(2), "plain", page.get(0));
		EventList.accept(taken);
		assertThat(this.settled).containsExactly("a2 a3 a1 ACCEPTED");
	}

	@Test
	void staysTogetherInABufferOfManySmallPortions() {
		EventBuffer<Object> buffer = new EventBuffer<>(EventBuffer.UNLIMITED, BufferKeep.LAST);
		List<Object> expected = new ArrayList<>();
		for (int portion = 0; portion < 50; portion++) {
			buffer.store(page("a" + portion, "b" + portion));
			expected.addAll(List.of("a" + portion, "b" + portion));
		}
		List<Object> taken = buffer.take(100);
		assertThat(EventList.rowOf(taken)).isNotNull();
		assertThat(EventList.payloads(taken)).containsExactlyElementsOf(expected);
		EventList.accept(taken);
		assertThat(this.settled).hasSize(1);
		assertThat(this.queue.unsettled()).isZero();
	}

	@Override
	public void send(Subscriber subscriber, List<Object> events) {
		this.sent.add(events);
	}

	@Override
	public void discard(List<Object> events) {
		this.discarded.addAll(events);
	}

	@Override
	public void warn(String message) {
		assertThat(message).startsWith("the router ").contains("java.lang.String").doesNotContain("Delivery");
	}

	@Override
	public void settle(String group, List<Settlement> accepted, List<Settlement> failed) {
		StringBuilder call = new StringBuilder();
		accepted.forEach((settlement) -> call.append(settlement.event()).append(' '));
		this.settled.add(call.append(Outcome.ACCEPTED).toString());
		assertThat(failed).isEmpty();
	}

}
