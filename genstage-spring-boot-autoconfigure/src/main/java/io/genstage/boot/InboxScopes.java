package io.genstage.boot;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.genstage.CallScope;
import io.genstage.boot.link.LinkInboxes;
import io.genstage.boot.link.Links;
import io.genstage.link.LinkProvider;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that settle the messages of the link.
 *
 * @param inboxes opens them, if anything does
 * @param links counts what was handled before
 */
record InboxScopes(@Nullable LinkInboxes inboxes, Links links) implements LinkScopes {

	@Override
	public String setting() {
		return "transactional";
	}

	@Override
	public boolean isWanted(LinkPlan plan) {
		return Boolean.TRUE.equals(plan.settings().transactional());
	}

	@Override
	public Optional<String> problemWith(LinkPlan plan) {
		return keepsConnection(plan.provider()) ? Optional.empty()
				: Optional.of(("messages of a link of the type '%s' can't be settled in the transaction of a handler: "
						+ "let 'type' be 'jdbc', or remove 'transactional'; 'seen.enabled' is for each type")
					.formatted(plan.provider().type()));
	}

	@Override
	public boolean keepsConnection(LinkProvider provider) {
		return this.inboxes != null && this.inboxes.settles(provider);
	}

	@Override
	public int connections() {
		return (this.inboxes != null) ? this.inboxes.connections() : 0;
	}

	@Override
	public CallScope scope(List<LinkPlan> plans) {
		return Objects.requireNonNull(this.inboxes).scope(this.links::addRepeated);
	}

}
