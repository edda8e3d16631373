package io.genstage.deadletter;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How many dead letters there are at some moment.
 *
 * @param groups the numbers, each at least 1, in no order
 * @param oldest when the oldest letter that is not abandoned failed for the first time,
 * {@code null} if there is none
 * @param dropped how many letters of each stage the store has lost since it was full, by
 * the name of the stage; empty for one that loses none
 */
public record DeadLetterCounts(List<Group> groups, @Nullable Instant oldest, Map<String, Long> dropped) {

	public DeadLetterCounts {
		groups = List.copyOf(groups);
		dropped = Map.copyOf(dropped);
	}

	/**
	 * Creates the counts of a store that loses no letters.
	 * @param groups the numbers, each at least 1, in no order
	 * @param oldest when the oldest letter that is not abandoned failed for the first
	 * time, {@code null} if there is none
	 */
	public DeadLetterCounts(List<Group> groups, @Nullable Instant oldest) {
		this(groups, oldest, Map.of());
	}

	/**
	 * Returns how many letters there are in all.
	 * @return the sum
	 */
	public long total() {
		return this.groups.stream().mapToLong(Group::letters).sum();
	}

	/**
	 * Returns how many letters have a status.
	 * @param status the status
	 * @return the sum
	 */
	public long with(DeadLetter.Status status) {
		return this.groups.stream().filter((group) -> group.status() == status).mapToLong(Group::letters).sum();
	}

	/**
	 * Returns how many letters of a stage have a status.
	 * @param stage the name of the stage
	 * @param status the status
	 * @return the sum
	 */
	public long with(String stage, DeadLetter.Status status) {
		return this.groups.stream()
			.filter((group) -> group.status() == status && group.stage().equals(stage))
			.mapToLong(Group::letters)
			.sum();
	}

	/**
	 * Returns how many letters each stage has.
	 * @return the sums by the name of the stage, which is at least 1
	 */
	public Map<String, Long> byStage() {
		return sums(Group::stage);
	}

	/**
	 * Returns how many letters there are for each type of failure.
	 * @return the sums by the name of the class, the empty text where nothing was thrown
	 */
	public Map<String, Long> byCauseType() {
		return sums((group) -> (group.causeType() != null) ? group.causeType() : "");
	}

	private Map<String, Long> sums(Function<Group, String> name) {
		return this.groups.stream()
			.collect(Collectors.groupingBy(name, TreeMap::new, Collectors.summingLong(Group::letters)));
	}

	/**
	 * Letters that are alike.
	 *
	 * @param stage the name of the stage that has failed
	 * @param causeType the name of the class of the last failure, {@code null} if nothing
	 * was thrown
	 * @param status what is being done about them
	 * @param letters how many there are, at least 1
	 */
	public record Group(String stage, @Nullable String causeType, DeadLetter.Status status, long letters) {
	}

}
