package io.genstage.boot;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.genstage.CallScope;
import io.genstage.boot.declaration.GenStageProperties.Seen;
import io.genstage.boot.link.Links;
import io.genstage.boot.link.SeenEvents;
import io.genstage.boot.table.Setting;
import io.genstage.link.LinkProvider;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that remember the ids of the events.
 *
 * @param seen opens them, if anything does
 * @param links counts what was handled before
 */
record SeenScopes(@Nullable SeenEvents seen, Links links) implements LinkScopes {

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofDays(3650);

	/** Returns what is wrong with a time for which ids are to be remembered. */
	static Optional<String> problemWith(Duration keepFor) {
		return Setting.Range.problemOf(keepFor, SHORTEST, LONGEST, "");
	}

	@Override
	public String setting() {
		return "seen.enabled";
	}

	@Override
	public boolean isWanted(LinkPlan plan) {
		Seen settings = plan.settings().seen();
		return settings != null && Boolean.TRUE.equals(settings.enabled());
	}

	@Override
	public Optional<String> problemWith(LinkPlan plan) {
		if (this.seen == null) {
			return Optional
				.of("nothing remembers what was handled: add io.genstage:genstage-jdbc to the class path, and "
						+ "let there be one DataSource, as with 'spring.datasource.url'");
		}
		return Boolean.TRUE.equals(plan.settings().transactional()) ? Optional
			.of("'transactional' is, too, and what takes its messages out of the table needs no ids: remove one of them")
				: Optional.empty();
	}

	@Override
	public boolean keepsConnection(LinkProvider provider) {
		return this.seen != null && this.seen.keepsConnection(provider);
	}

	@Override
	public int connections() {
		return (this.seen != null) ? this.seen.connections() : 0;
	}

	@Override
	public CallScope scope(List<LinkPlan> plans) {
		Map<String, Duration> keepFor = new LinkedHashMap<>();
		plans.forEach((plan) -> keepFor.put(plan.stages().link(), keepFor(plan)));
		return Objects.requireNonNull(this.seen).scope(keepFor, this.links::addRepeated);
	}

	/** What is wrong is reported elsewhere. */
	private static Duration keepFor(LinkPlan plan) {
		Seen settings = plan.settings().seen();
		Duration said = (settings != null) ? settings.keepFor() : null;
		return (said != null && problemWith(said).isEmpty()) ? said : Seen.DEFAULT_KEEP_FOR;
	}

}
