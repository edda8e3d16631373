package io.genstage.trial.link;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.intake.InFlight;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkSender;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage that has more than an engine confirms, which is held for a while: it waits with
 * one window, and its source is held, too.
 */
public final class HeldSending {

	private static final int WINDOW = 50;

	private static final int MORE = 500;

	private final LinkDefinition link;

	private final CountingProvider links;

	private final Source source = new Source();

	/**
	 * Creates the stages.
	 * @param links carries the link
	 * @param link where numbers are sent
	 */
	public HeldSending(LinkProvider links, LinkDefinition link) {
		this.links = new CountingProvider(links);
		this.link = link;
	}

	/**
	 * Sends, holds the engine, lets it go, and sends the rest.
	 * @param hold from now on the engine confirms nothing
	 * @param release it goes on
	 * @return what was sent, as text
	 */
	public List<String> run(Runnable hold, Runnable release) {
		try (StageSystem system = StageSystem.create()) {
			StageRef producing = system.start("source", this.source);
			StageRef sending = system.start("sending",
					new LinkSender<Integer>(this.links, this.link,
							(number) -> LinkMessage.of(number.toString().getBytes(StandardCharsets.UTF_8))),
					StageOptions.defaults().withInFlight(InFlight.of(WINDOW)));
			sending.subscribeTo(producing, SubscribeOptions.defaults().withMaxDemand(WINDOW).withMinDemand(WINDOW - 1));
			await().until(() -> this.links.confirmed() > WINDOW);
			hold.run();
			await().until(() -> this.links.unconfirmed() == WINDOW
					&& this.source.emitted.get() == this.links.confirmed() + WINDOW);
			int all = this.source.emitted.get() + MORE;
			this.source.last.set(all);
			release.run();
			await().until(() -> this.links.confirmed() == all);
		}
		assertThat(this.links.most()).as("unconfirmed at once").isEqualTo(WINDOW);
		assertThat(this.source.most.get()).as("emitted and not confirmed, at once").isLessThanOrEqualTo(WINDOW);
		return IntStream.range(0, this.source.last.get()).mapToObj(Integer::toString).toList();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

	/**
	 * Makes what it is asked for, up to a last one, and counts what may fill the memory.
	 */
	private final class Source implements ProducerStage<Integer> {

		private final AtomicInteger emitted = new AtomicInteger();

		private final AtomicInteger last = new AtomicInteger(Integer.MAX_VALUE);

		private final AtomicInteger most = new AtomicInteger();

		@Override
		public List<Integer> handleDemand(long demand) {
			int from = this.emitted.get();
			int to = (int) Math.min(this.last.get(), from + demand);
			this.emitted.set(to);
			this.most.accumulateAndGet(to - HeldSending.this.links.confirmed(), Math::max);
			return IntStream.range(from, to).boxed().toList();
		}

	}

}
