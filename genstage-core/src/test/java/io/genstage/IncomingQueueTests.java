package io.genstage;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IncomingQueueTests {

	private final Inbound inbound = new Inbound(new Probe("producer").linkTo(new Probe("consumer").ref()),
			(asking, demand) -> {
			});

	private final IncomingQueue<String> queue = new IncomingQueue<>();

	@Test
	void returnsEventsMessageByMessage() {
		this.queue.addEvents(this.inbound, List.of("a", "b"));
		this.queue.addEvents(this.inbound, List.of("c"));
		assertThat(this.queue.events()).isEqualTo(3);
		assertThat(this.queue.poll(true)).isEqualTo(new IncomingQueue.Received<>(this.inbound, List.of("a", "b")));
		assertThat(this.queue.events()).isEqualTo(1);
		assertThat(this.queue.poll(true)).isEqualTo(new IncomingQueue.Received<>(this.inbound, List.of("c")));
		assertThat(this.queue.poll(true)).isNull();
		assertThat(this.queue.events()).isZero();
	}

	@Test
	void keepsEventsWhileTheGateIsClosed() {
		this.queue.addEvents(this.inbound, List.of("a"));
		assertThat(this.queue.poll(false)).isNull();
		assertThat(this.queue.events()).isEqualTo(1);
		assertThat(this.queue.isEmpty()).isFalse();
	}

	@Test
	void keepsTheEndOfASubscriptionBehindItsEvents() {
		this.queue.addEvents(this.inbound, List.of("a"));
		this.queue.addEnd(this.inbound);
		assertThat(this.queue.poll(false)).isNull();
		this.queue.poll(true);
		assertThat(this.queue.poll(false)).isEqualTo(new IncomingQueue.Ended<>(this.inbound));
		assertThat(this.queue.isEmpty()).isTrue();
	}

}
