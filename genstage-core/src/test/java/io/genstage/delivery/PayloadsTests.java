package io.genstage.delivery;

import java.util.AbstractSequentialList;
import java.util.List;
import java.util.ListIterator;

import io.genstage.buffer.EventList;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a handler sees of events that carry a settlement.
 */
class PayloadsTests {

	private final Delivery<String> b = Delivery.of("b", new RecordingAcknowledger(), "g");

	@Test
	void areTheListItselfIfNoEventCarriesASettlement() {
		EventList<String> plain = EventList.copyOf(List.of("a", "b"));
		assertThat(Payloads.of(plain)).isSameAs(plain);
		assertThat(Delivery.isAmong(plain)).isFalse();
	}

	@Test
	void areTheEventsOfDeliveriesAmongOthers() {
		EventList<Object> events = EventList.copyOf(List.of("a", this.b, "c"));
		assertThat(Delivery.isAmong(events)).isTrue();
		assertThat(Payloads.of(events)).containsExactly("a", "b", "c");
	}

	@Test
	void keepTheDeliveriesByTheirPlaces() {
		Payloads<Object> payloads = (Payloads<Object>) Payloads.of(EventList.<Object>copyOf(List.of("a", this.b)));
		assertThat(payloads.delivery(0)).isNull();
		assertThat(payloads.delivery(1)).isSameAs(this.b);
	}

	@Test
	void canBeReadInPartsAndNotBeChanged() {
		List<Object> payloads = Payloads.of(EventList.<Object>copyOf(List.of("a", this.b, "c")));
		assertThat(payloads.subList(1, 3)).containsExactly("b", "c");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> payloads.set(0, "x"));
	}

	@Test
	void areFoundInAListWithoutRandomAccessToo() {
		assertThat(Delivery.isAmong(sequential("a", this.b))).isTrue();
		assertThat(Delivery.isAmong(sequential("a", "b"))).isFalse();
	}

	private static List<Object> sequential(Object... events) {
		return new AbstractSequentialList<>() {

			@Override
			public ListIterator<Object> listIterator(int index) {
				return List.of(events).listIterator(index);
			}

			@Override
			public int size() {
				return events.length;
			}

		};
	}

	@Test
	void areEventsThemselvesOneByOne() {
		assertThat(Delivery.payload("a")).isEqualTo("a");
		assertThat(Delivery.payload(this.b)).isEqualTo("b");
	}

}
