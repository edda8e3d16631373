package io.genstage.settling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.delivery.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A producer of a number of events, over all its runs. All of them are deliveries, or
 * most of them are.
 */
final class Source {

	static final int KEYS = 4;

	private static final int MOST_EVENTS = 60;

	private final Random random;

	private final Account account;

	private final boolean completes;

	private final boolean isMixed;

	/** Whether it makes the deliveries of an emission all at once. */
	private final boolean hasPages;

	private int left;

	Source(Random random, Account account) {
		this.random = random;
		this.account = account;
		this.completes = random.nextInt(3) == 0;
		this.isMixed = random.nextBoolean();
		this.left = random.nextInt(MOST_EVENTS);
		this.hasPages = !this.isMixed && this.left % 2 == 0;
	}

	ProducerStage<Object> start() {
		return new Run();
	}

	private Object next() {
		this.left--;
		int number = this.account.nextNumber();
		int key = this.random.nextInt(KEYS);
		if (this.isMixed && this.random.nextInt(4) == 0) {
			return Item.plain(number, key);
		}
		return Delivery.of(Item.root(number, key), this.account, "group " + this.random.nextInt(3));
	}

	/**
	 * One run of the producer.
	 */
	private final class Run implements ProducerStage<Object> {

		private @Nullable StageContext context;

		private long owed;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		private StageContext context() {
			return Objects.requireNonNull(this.context);
		}

		@Override
		public List<Object> handleDemand(long demand) {
			this.owed += demand;
			return emit();
		}

		@Override
		public List<Object> onInfo(Object message) {
			return emit();
		}

		private List<Object> emit() {
			Source source = Source.this;
			long most = Math.min(this.owed, source.left);
			// Now and then more than anybody wants, which has to wait or finds no room.
			long number = (source.random.nextInt(12) == 0) ? Math.min(this.owed + 5, source.left)
					: (most > 0) ? 1 + source.random.nextInt((int) most) : 0;
			List<Object> events = new ArrayList<>();
			for (long event = 0; event < number; event++) {
				events.add(next());
			}
			this.owed = Math.max(this.owed - number, 0);
			if (source.left > 0 && this.owed > 0) {
				context().tellLater(Duration.ofMillis(source.random.nextInt(500)), "more");
			}
			else if (source.left == 0 && source.completes) {
				context().complete();
			}
			return source.hasPages ? page(events) : events;
		}

		private List<Object> page(List<Object> deliveries) {
			List<Object> items = deliveries.stream().map(Delivery::payload).toList();
			@SuppressWarnings("unchecked") // deliveries are emitted as events
			List<Object> page = (List<Object>) (List<?>) Delivery.ofAll(items, Source.this.account, "page");
			return page;
		}

	}

}
