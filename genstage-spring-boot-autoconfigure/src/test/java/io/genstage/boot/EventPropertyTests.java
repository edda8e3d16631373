package io.genstage.boot;

import org.junit.jupiter.api.Test;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Properties of events, by which they are partitioned.
 */
class EventPropertyTests {

	@Test
	void areReadFromRecordsAndBeans() {
		assertThat(new EventProperty("customer").apply(new Order(new Customer(7)))).isInstanceOf(Customer.class);
		assertThat(new EventProperty("id").apply(new Customer(7))).isEqualTo(7);
		assertThat(new EventProperty("customer.id").apply(new Order(new Customer(7)))).isEqualTo(7);
	}

	@Test
	void areNothingBehindNothing() {
		assertThat(new EventProperty("customer.id").apply(new Order(null))).isNull();
	}

	@Test
	void areToldIfAnEventHasNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> new EventProperty("customer.id").apply("text"))
			.withMessage("an event has no property 'customer.id': there is no 'customer' in java.lang.String, "
					+ "which has [blank, bytes, empty]");
	}

	@Test
	void areToldBeforehandIfTheTypeHasNone() {
		ResolvableType order = ResolvableType.forClass(Order.class);
		assertThat(new EventProperty("customer.id").problem(order)).isNull();
		assertThat(new EventProperty("custmer").problem(order))
			.isEqualTo("did you mean 'customer'? (there are [customer])");
		assertThat(new EventProperty("customer.idd").problem(order))
			.isEqualTo("did you mean 'id'? (there are [broken, id])");
		assertThat(new EventProperty("any").problem(ResolvableType.NONE)).isNull();
	}

	@Test
	void failAsTheirGetters() {
		assertThatIllegalStateException().isThrownBy(() -> new EventProperty("broken").apply(new Customer(7)))
			.withMessage("broken");
	}

	record Order(Customer customer) {
	}

	static class Customer {

		private final int id;

		Customer(int id) {
			this.id = id;
		}

		public int getId() {
			return this.id;
		}

		public String getBroken() {
			throw new IllegalStateException("broken");
		}

	}

}
