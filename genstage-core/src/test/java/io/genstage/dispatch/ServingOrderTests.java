package io.genstage.dispatch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.genstage.dispatch.TestSubscriber.letters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ServingOrderTests {

	private static final Subscriber A = new TestSubscriber("A");

	private static final Subscriber B = new TestSubscriber("B");

	private final RecordingOutlet outlet = new RecordingOutlet();

	private final ServingOrder order = new ServingOrder();

	@BeforeEach
	void subscribe() {
		this.order.add(A);
		this.order.add(B);
	}

	@Test
	void servesNobodyWithoutDemand() {
		assertThat(this.order.serve(letters("ab"), this.outlet)).isZero();
		assertThat(this.outlet.sent()).isEmpty();
	}

	@Test
	void countsTheDemandThatIsLeft() {
		this.order.ask(A, 3);
		this.order.ask(B, 2);
		assertThat(this.order.demand()).isEqualTo(5);
		assertThat(this.order.serve(letters("abcd"), this.outlet)).isEqualTo(4);
		assertThat(this.outlet.sent()).containsExactly("A [a, b, c]", "B [d]");
		assertThat(this.order.demand()).isEqualTo(1);
	}

	@Test
	void servesInTurnsAtEqualDemand() {
		this.order.ask(A, 2);
		this.order.ask(B, 2);
		this.order.serve(letters("a"), this.outlet);
		this.order.ask(A, 1);
		this.order.serve(letters("b"), this.outlet);
		this.order.ask(B, 1);
		this.order.serve(letters("c"), this.outlet);
		assertThat(this.outlet.sent()).containsExactly("A [a]", "B [b]", "A [c]");
	}

	@Test
	void returnsTheDemandOfOneThatIsRemoved() {
		this.order.ask(A, 3);
		this.order.ask(B, 2);
		assertThat(this.order.remove(A)).isEqualTo(3);
		assertThat(this.order.demand()).isEqualTo(2);
		assertThat(this.order.serve(letters("abc"), this.outlet)).isEqualTo(2);
		assertThat(this.outlet.sent()).containsExactly("B [a, b]");
	}

	@Test
	void knowsTheOthersDemandWhenASaturatedOneIsRemoved() {
		this.order.ask(A, Long.MAX_VALUE);
		this.order.ask(B, 2);
		assertThat(this.order.demand()).isEqualTo(Long.MAX_VALUE);
		this.order.remove(A);
		assertThat(this.order.demand()).isEqualTo(2);
	}

	@Test
	void knowsNoStrangers() {
		Subscriber stranger = new TestSubscriber("C");
		assertThatIllegalArgumentException().isThrownBy(() -> this.order.ask(stranger, 1))
			.withMessage("C is not subscribed");
		assertThatIllegalArgumentException().isThrownBy(() -> this.order.remove(stranger))
			.withMessage("C is not subscribed");
	}

}
