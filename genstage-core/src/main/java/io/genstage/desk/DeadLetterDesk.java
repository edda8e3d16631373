package io.genstage.desk;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.rate.RateAccount;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody decides about events that stages could not handle.
 *
 * <pre>{@code
 * desk.list(DeadLetterFilter.all().withStage("book"), null, 20).letters().forEach(this::show);
 * ...
 * Replay replay = desk.replay(DeadLetterFilter.all().withStage("book"), ReplayOptions.defaults());
 * replay.whenDone().thenAccept((done) -> System.out.println(done));
 * }</pre>
 *
 * A replay puts events into the stage that has failed, as one more producer of it, which
 * the stage asks for events as it asks its others. So it can't be overrun. Letters go the
 * oldest first; of those with the same key one at a time, in their order, and none past
 * one that waits or fails again. A letter is removed when its event was handled. If the
 * event fails again, the same letter waits again.
 * <p>
 * Any thread may use it. Methods take as long as the store does.
 */
public final class DeadLetterDesk {

	/**
	 * The most letters of one page.
	 */
	public static final int MAX_LIMIT = 1000;

	private final DeadLetterStore store;

	private final Supplier<PipelineRegistry> registry;

	private final StageSystem system;

	private final Function<String, Optional<Class<?>>> types;

	private final InstantSource time;

	private final Carrier carrier;

	/**
	 * Creates a desk.
	 * @param store has the letters
	 * @param registry has the stages that letters are replayed to
	 * @param system where those stages run
	 */
	public DeadLetterDesk(DeadLetterStore store, PipelineRegistry registry, StageSystem system) {
		this(store, registry, system, (stage) -> Optional.empty(), InstantSource.system());
	}

	/**
	 * Creates a desk that knows what the stages take.
	 * @param store has the letters
	 * @param registry has the stages that letters are replayed to
	 * @param system where those stages run
	 * @param types returns the type of the events that a stage takes by the name of the
	 * stage, if it is known: letters with events of other types are left
	 * @param time says when a replayed event has failed again
	 */
	public DeadLetterDesk(DeadLetterStore store, PipelineRegistry registry, StageSystem system,
			Function<String, Optional<Class<?>>> types, InstantSource time) {
		this(store, registry, system, types, time, new DeliveryCarrier());
	}

	/**
	 * Creates a desk that exists before the stages do.
	 * @param store has the letters
	 * @param registry returns what has the stages, and is asked at each replay
	 * @param system where those stages run
	 * @param types returns the type of the events that a stage takes by the name of the
	 * stage, if it is known: letters with events of other types are left
	 * @param time says when a replayed event has failed again
	 */
	public DeadLetterDesk(DeadLetterStore store, Supplier<PipelineRegistry> registry, StageSystem system,
			Function<String, Optional<Class<?>>> types, InstantSource time) {
		this(store, registry, system, types, time, new DeliveryCarrier());
	}

	DeadLetterDesk(DeadLetterStore store, PipelineRegistry registry, StageSystem system,
			Function<String, Optional<Class<?>>> types, InstantSource time, Carrier carrier) {
		this(store, () -> registry, system, types, time, carrier);
	}

	private DeadLetterDesk(DeadLetterStore store, Supplier<PipelineRegistry> registry, StageSystem system,
			Function<String, Optional<Class<?>>> types, InstantSource time, Carrier carrier) {
		this.store = store;
		this.registry = registry;
		this.system = system;
		this.types = types;
		this.time = time;
		this.carrier = carrier;
	}

	/**
	 * Returns letters, the newest first, without their events.
	 * @param filter which letters
	 * @param after the {@link Page#next() next} of the page before, {@code null} to begin
	 * @param limit how many at most, from 1 to {@link #MAX_LIMIT}
	 * @return the letters. Letters that come meanwhile don't move others to another page
	 * @throws IllegalArgumentException if the limit is impossible, or {@code after} is
	 * not from a page
	 */
	public Page list(DeadLetterFilter filter, @Nullable String after, int limit) {
		checkMax("limit", limit, MAX_LIMIT);
		List<DeadLetter> letters = this.store.newestFirst(filter, (after != null) ? position(after) : Long.MAX_VALUE,
				limit);
		boolean full = letters.size() == limit;
		return new Page(letters, full ? Long.toString(letters.get(limit - 1).position()) : null);
	}

	private static long position(String cursor) {
		try {
			return Long.parseLong(cursor);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("'after' must be the 'next' of the page before", ex);
		}
	}

	private static void checkMax(String name, int value, int most) {
		if (value < 1 || value > most) {
			throw new IllegalArgumentException("%s must be from 1 to %d, was %d".formatted(name, most, value));
		}
	}

	/**
	 * Returns a letter without its event.
	 * @param id the id of the letter
	 * @return the letter, if it is there
	 */
	public Optional<DeadLetter> get(UUID id) {
		return this.store.find(id);
	}

	/**
	 * Returns the event of a letter, for those who may see it.
	 * @param id the id of the letter
	 * @return the event, if the letter is there
	 * @throws RuntimeException if it can't be read
	 */
	public Optional<Object> event(UUID id) {
		return this.store.event(id);
	}

	/**
	 * Replays one letter, also an abandoned one. It is left if a letter in front of it
	 * with the same key waits.
	 * @param id the id of the letter
	 * @return the replay, which goes on; one of nothing, if there is no such letter
	 */
	public Replay replay(UUID id) {
		return replay(get(id).stream().toList(), true, ReplayOptions.defaults().withMax(1));
	}

	/**
	 * Replays letters that wait, the oldest first, each into the stage that has failed.
	 * When a letter with a key was replayed with success, those behind it are taken
	 * along, whether they pass the filter or not, that are there only because it was:
	 * their events were not handled yet. This also goes for those that come meanwhile.
	 * Other letters that come are not part of it. A letter whose stage is gone, does not
	 * run or doesn't take its event is left: it waits with a reason that says so.
	 * @param filter which letters
	 * @param options how many, and how fast
	 * @return the replay, which goes on; with a dry run one that has ended, and that says
	 * what would be replayed and left
	 * @throws IllegalArgumentException if the filter asks for letters that don't wait
	 */
	public Replay replay(DeadLetterFilter filter, ReplayOptions options) {
		if (filter.status() != null && filter.status() != DeadLetter.Status.WAITING) {
			throw new IllegalArgumentException(
					"a filter replays letters that are WAITING only, was %s".formatted(filter.status()));
		}
		return replay(this.store.oldestFirst(filter.withStatus(DeadLetter.Status.WAITING), 0, options.max()), false,
				options);
	}

	private Replay replay(List<DeadLetter> letters, boolean abandonedToo, ReplayOptions options) {
		Replay replay = new Replay(letters, options.max());
		Map<String, List<DeadLetter>> byStage = new LinkedHashMap<>();
		letters.forEach((letter) -> byStage.computeIfAbsent(letter.stage(), (stage) -> new ArrayList<>()).add(letter));
		RateAccount rate = (options.rate() != null) ? new RateAccount(options.rate()) : null;
		byStage.forEach((stage, some) -> {
			Target target = new Target(stage, some.get(0).source(), this.registry.get(), this.system, this.types);
			Optional<String> refusal = target.refusal();
			if (options.dryRun()) {
				refusal.ifPresent((reason) -> some.forEach((letter) -> replay.leave(letter.id(), reason)));
				return;
			}
			ReplayProducer producer = new ReplayProducer(some, abandonedToo, target, this.store, this.carrier,
					this.time, replay);
			refusal.ifPresentOrElse(producer::leaveAll,
					() -> start(producer, (rate != null) ? target.options().withRate(rate) : target.options()));
		});
		if (options.dryRun()) {
			replay.end();
		}
		replay.endIfDone();
		return replay;
	}

	/** Numbers the producers of replays from 1, the least that is free. */
	private void start(ReplayProducer producer, StageOptions options) {
		for (int number = 1;; number++) {
			String name = "dead-letter-replay-" + number;
			if (this.system.find(name).isEmpty()) {
				try {
					this.system.start(name, producer, options);
					return;
				}
				catch (IllegalArgumentException ex) {
					// Another replay was faster.
					if (this.system.find(name).isEmpty()) {
						throw ex;
					}
				}
			}
		}
	}

	/**
	 * Removes letters for good, with their events, the oldest first. Those that are being
	 * replayed stay.
	 * @param filter which letters
	 * @param max how many at most, from 1 to {@link ReplayOptions#MAX}
	 * @return how many were removed
	 * @throws IllegalArgumentException if {@code max} is impossible
	 */
	public int drop(DeadLetterFilter filter, int max) {
		checkMax("max", max, ReplayOptions.MAX);
		int dropped = 0;
		long after = 0;
		while (dropped < max) {
			List<DeadLetter> letters = this.store.oldestFirst(filter, after, Math.min(max - dropped, MAX_LIMIT));
			if (letters.isEmpty()) {
				break;
			}
			dropped += (int) letters.stream().filter((letter) -> this.store.remove(letter.id())).count();
			after = letters.get(letters.size() - 1).position();
		}
		return dropped;
	}

	/**
	 * Removes a letter for good, with its event.
	 * @param id the id of the letter
	 * @return whether it is removed; {@code false} if it isn't there or is being replayed
	 */
	public boolean drop(UUID id) {
		return this.store.remove(id);
	}

	/**
	 * Gives a letter up without removing it: it stays to be looked at, and no filter
	 * replays it. Letters behind it with the same key needn't wait for it any more.
	 * @param id the id of the letter
	 * @param reason why, for whoever looks at it
	 * @return whether it is abandoned now; {@code false} if it isn't there or is being
	 * replayed
	 */
	public boolean abandon(UUID id, String reason) {
		return this.store.abandon(id, reason);
	}

	/**
	 * Returns how many letters there are.
	 * @return the numbers at this moment
	 */
	public DeadLetterCounts counts() {
		return this.store.counts();
	}

	/**
	 * Some letters of a list.
	 *
	 * @param letters the letters, the newest first
	 * @param next where the next page begins, {@code null} if there is none
	 */
	public record Page(List<DeadLetter> letters, @Nullable String next) {

		public Page {
			letters = List.copyOf(letters);
		}

	}

}
