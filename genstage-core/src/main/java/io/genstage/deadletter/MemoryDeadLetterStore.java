package io.genstage.deadletter;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dead letters in memory, up to a bound, until the process ends.
 * <p>
 * When it is full it drops its oldest letter that is not being replayed for each new one.
 * That is logged, at the first one and then once a minute, and counted; the event is lost
 * then.
 */
public final class MemoryDeadLetterStore implements DeadLetterStore {

	/**
	 * How many letters are kept if nothing is said.
	 */
	public static final int DEFAULT_CAPACITY = 1000;

	/**
	 * The most letters that can be kept.
	 */
	public static final int MAX_CAPACITY = 1_000_000;

	private static final System.Logger logger = StageLog.of(MemoryDeadLetterStore.class);

	private static final Duration LOG_PAUSE = Duration.ofMinutes(1);

	private final int capacity;

	private final InstantSource time;

	private final BiConsumer<? super DeadLetter, Object> onDrop;

	/** Held for moments only. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Map<UUID, Kept> byId = new HashMap<>();

	private final NavigableMap<Long, Kept> byPosition = new TreeMap<>();

	/** Letters with a key that are not abandoned, by their position. */
	private final Map<Sequence, NavigableMap<Long, Kept>> sequences = new HashMap<>();

	/** How many letters each stage has in sequences; read without the lock. */
	private final Map<String, Integer> heldByStage = new ConcurrentHashMap<>();

	private long lastPosition;

	private long dropped;

	/** How many letters of each stage were dropped. */
	private final Map<String, Long> droppedByStage = new HashMap<>();

	private long droppedWhenLogged;

	private @Nullable Instant loggedAt;

	/**
	 * Creates an empty store of {@value #DEFAULT_CAPACITY} letters.
	 */
	public MemoryDeadLetterStore() {
		this(DEFAULT_CAPACITY, InstantSource.system(), (letter, event) -> {
		});
	}

	/**
	 * Creates an empty store.
	 * @param capacity how many letters are kept, from 1 to {@link #MAX_CAPACITY}
	 * @param time by which claims end
	 * @param onDrop is called with each letter that is dropped, and its event, which is
	 * lost; by the thread that appends another one
	 */
	public MemoryDeadLetterStore(int capacity, InstantSource time, BiConsumer<? super DeadLetter, Object> onDrop) {
		if (capacity < 1 || capacity > MAX_CAPACITY) {
			throw new IllegalArgumentException("the capacity of a store of dead letters must be from 1 to %d, was %d"
				.formatted(MAX_CAPACITY, capacity));
		}
		this.capacity = capacity;
		this.time = time;
		this.onDrop = onDrop;
	}

	/**
	 * Returns how many letters are kept at most.
	 * @return the capacity
	 */
	public int capacity() {
		return this.capacity;
	}

	/**
	 * Returns how many letters were dropped because the store was full.
	 * @return the number, which only grows
	 */
	public long dropped() {
		return locked(() -> this.dropped);
	}

	@Override
	public boolean isDurable() {
		return false;
	}

	@Override
	public CompletionStage<DeadLetter> append(DeadLetter letter, Object event) {
		return CompletableFuture.completedStage(reported(locked(() -> added(letter, event))));
	}

	@Override
	public CompletionStage<Optional<DeadLetter>> appendBehind(DeadLetter letter, Object event) {
		Optional<Appended> appended = locked(
				() -> isInLine(letter) ? Optional.of(added(letter, event)) : Optional.empty());
		return CompletableFuture.completedStage(appended.map(this::reported));
	}

	private boolean isInLine(DeadLetter letter) {
		return this.byId.containsKey(letter.id())
				|| (letter.key() != null && this.sequences.containsKey(new Sequence(letter.stage(), letter.key())));
	}

	private Appended added(DeadLetter letter, Object event) {
		Kept known = this.byId.get(letter.id());
		if (known != null) {
			return new Appended(current(known), null, 0);
		}
		Kept kept = new Kept(letter.withPosition(++this.lastPosition), event);
		add(kept);
		Kept lost = (this.byId.size() > this.capacity) ? dropOldest() : null;
		return new Appended(kept.letter, lost, (lost != null) ? toLog() : 0);
	}

	private DeadLetter reported(Appended appended) {
		if (appended.lost() != null) {
			report(appended.lost(), appended.toLog());
		}
		return appended.letter();
	}

	/** A new letter is always unclaimed, so there is one to drop. */
	private Kept dropOldest() {
		Kept oldest = this.byPosition.values().stream().filter((kept) -> !isClaimed(kept)).findFirst().orElseThrow();
		take(oldest);
		this.dropped++;
		this.droppedByStage.merge(oldest.letter.stage(), 1L, Long::sum);
		return oldest;
	}

	/** Returns how many dropped letters are to be logged now. */
	private long toLog() {
		Instant now = this.time.instant();
		if (this.loggedAt != null && now.isBefore(this.loggedAt.plus(LOG_PAUSE))) {
			return 0;
		}
		long unlogged = this.dropped - this.droppedWhenLogged;
		this.loggedAt = now;
		this.droppedWhenLogged = this.dropped;
		return unlogged;
	}

	private void report(Kept lost, long toLog) {
		if (toLog > 0) {
			logger.log(Level.WARNING,
					() -> "%d dead letters were dropped, with their events: the store in memory is full (%d letters); the last one was %s"
						.formatted(toLog, this.capacity, lost.letter));
		}
		try {
			this.onDrop.accept(lost.letter, lost.event);
		}
		catch (RuntimeException ex) {
			logger.log(Level.ERROR, () -> "could not report a dropped dead letter", ex);
		}
	}

	@Override
	public Optional<DeadLetter> find(UUID id) {
		return locked(() -> Optional.ofNullable(this.byId.get(id)).map(this::current));
	}

	@Override
	public Optional<Object> event(UUID id) {
		return locked(() -> Optional.ofNullable(this.byId.get(id)).map((kept) -> kept.event));
	}

	@Override
	public List<DeadLetter> newestFirst(DeadLetterFilter filter, long before, int limit) {
		return locked(() -> page(this.byPosition.headMap(before, false).descendingMap().values(), filter, limit));
	}

	@Override
	public List<DeadLetter> oldestFirst(DeadLetterFilter filter, long after, int limit) {
		return locked(() -> page(this.byPosition.tailMap(after, false).values(), filter, limit));
	}

	private List<DeadLetter> page(Collection<Kept> letters, DeadLetterFilter filter, int limit) {
		return letters.stream().map(this::current).filter(filter::matches).limit(limit).toList();
	}

	@Override
	public Optional<DeadLetter> claim(UUID id, UUID claim, Duration time) {
		return locked(() -> {
			Kept kept = this.byId.get(id);
			if (kept == null || isClaimedByOther(kept, claim) || isBehindAnother(kept)) {
				return Optional.empty();
			}
			kept.claim = claim;
			kept.claimedUntil = this.time.instant().plus(time);
			return Optional.of(kept.letter);
		});
	}

	private boolean isBehindAnother(Kept kept) {
		NavigableMap<Long, Kept> sequence = (kept.sequence() != null) ? this.sequences.get(kept.sequence()) : null;
		return sequence != null && !sequence.headMap(kept.letter.position(), false).isEmpty();
	}

	@Override
	public boolean giveBack(DeadLetter letter, UUID claim) {
		return locked(() -> {
			Kept kept = this.byId.get(letter.id());
			if (kept == null || !claim.equals(kept.claim)) {
				return false;
			}
			kept.claim = null;
			replace(kept, letter.withPosition(kept.letter.position()));
			return true;
		});
	}

	@Override
	public boolean remove(UUID id, UUID claim) {
		return locked(() -> {
			Kept kept = this.byId.get(id);
			if (kept == null || !claim.equals(kept.claim)) {
				return false;
			}
			take(kept);
			return true;
		});
	}

	@Override
	public boolean remove(UUID id) {
		return locked(() -> {
			Kept kept = this.byId.get(id);
			if (kept == null || isClaimed(kept)) {
				return false;
			}
			take(kept);
			return true;
		});
	}

	@Override
	public boolean abandon(UUID id, String reason) {
		return locked(() -> {
			Kept kept = this.byId.get(id);
			if (kept == null || isClaimed(kept)) {
				return false;
			}
			kept.claim = null;
			replace(kept, kept.letter.withStatus(DeadLetter.Status.ABANDONED).withReason(reason));
			return true;
		});
	}

	@Override
	public boolean explain(UUID id, String reason) {
		return locked(() -> {
			Kept kept = this.byId.get(id);
			if (kept == null || isClaimed(kept) || kept.letter.status() == DeadLetter.Status.ABANDONED) {
				return false;
			}
			kept.letter = kept.letter.withReason(reason);
			return true;
		});
	}

	@Override
	public boolean holds(String stage) {
		return this.heldByStage.containsKey(stage);
	}

	@Override
	public int held(String stage, String key) {
		return locked(() -> {
			NavigableMap<Long, Kept> sequence = this.sequences.get(new Sequence(stage, key));
			return (sequence != null) ? sequence.size() : 0;
		});
	}

	@Override
	public DeadLetterCounts counts() {
		return locked(() -> {
			Map<DeadLetterCounts.Group, Long> numbers = new HashMap<>();
			this.byId.values()
				.stream()
				.map(this::current)
				.map((letter) -> new DeadLetterCounts.Group(letter.stage(), letter.causeType(), letter.status(), 1))
				.forEach((group) -> numbers.merge(group, 1L, Long::sum));
			return new DeadLetterCounts(numbers.entrySet()
				.stream()
				.map((number) -> new DeadLetterCounts.Group(number.getKey().stage(), number.getKey().causeType(),
						number.getKey().status(), number.getValue()))
				.toList(), oldest().orElse(null), this.droppedByStage);
		});
	}

	private Optional<Instant> oldest() {
		return this.byId.values()
			.stream()
			.map((kept) -> kept.letter)
			.filter((letter) -> letter.status() != DeadLetter.Status.ABANDONED)
			.map(DeadLetter::firstFailedAt)
			.min(Instant::compareTo);
	}

	private void add(Kept kept) {
		this.byId.put(kept.letter.id(), kept);
		this.byPosition.put(kept.letter.position(), kept);
		Sequence sequence = kept.sequence();
		if (sequence != null) {
			this.sequences.computeIfAbsent(sequence, (unknown) -> new TreeMap<>()).put(kept.letter.position(), kept);
			this.heldByStage.merge(sequence.stage(), 1, Integer::sum);
		}
	}

	private void take(Kept kept) {
		this.byId.remove(kept.letter.id());
		this.byPosition.remove(kept.letter.position());
		Sequence sequence = kept.sequence();
		if (sequence != null) {
			this.sequences.computeIfPresent(sequence, (known, letters) -> {
				letters.remove(kept.letter.position());
				return letters.isEmpty() ? null : letters;
			});
			this.heldByStage.computeIfPresent(sequence.stage(), (stage, held) -> (held > 1) ? held - 1 : null);
		}
	}

	private void replace(Kept kept, DeadLetter letter) {
		take(kept);
		kept.letter = letter;
		add(kept);
	}

	/** Returns a letter with the status that it has at this moment. */
	private DeadLetter current(Kept kept) {
		return isClaimed(kept) ? kept.letter.withStatus(DeadLetter.Status.REPLAYING) : kept.letter;
	}

	private boolean isClaimedByOther(Kept kept, UUID claim) {
		return isClaimed(kept) && !claim.equals(kept.claim);
	}

	private boolean isClaimed(Kept kept) {
		return kept.claim != null && this.time.instant().isBefore(kept.claimedUntil);
	}

	private <T> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A letter with its event, and who replays it.
	 */
	private static final class Kept {

		private final Object event;

		/** Its status is never that of a replay, which the claim says. */
		private DeadLetter letter;

		private @Nullable UUID claim;

		private Instant claimedUntil = Instant.MIN;

		Kept(DeadLetter letter, Object event) {
			this.letter = letter;
			this.event = event;
		}

		@Nullable Sequence sequence() {
			String key = this.letter.key();
			return (key != null && this.letter.status() != DeadLetter.Status.ABANDONED)
					? new Sequence(this.letter.stage(), key) : null;
		}

	}

	/**
	 * What letters have in common that must be handled in order.
	 */
	private record Sequence(String stage, String key) {
	}

	/**
	 * What has become of a new letter.
	 *
	 * @param letter the letter as it is kept
	 * @param lost the letter that was dropped for it, if one was
	 * @param toLog how many dropped letters are to be logged now
	 */
	private record Appended(DeadLetter letter, @Nullable Kept lost, long toLog) {
	}

}
