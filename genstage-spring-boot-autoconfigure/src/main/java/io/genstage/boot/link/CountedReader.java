package io.genstage.boot.link;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

import io.genstage.link.LinkReader;
import io.genstage.link.LinkSettlement;

/**
 * A reader whose settlements are counted.
 */
final class CountedReader implements LinkReader {

	private final LinkReader reader;

	private final LinkCounts counts;

	CountedReader(LinkReader reader, LinkCounts counts) {
		this.reader = reader;
		this.counts = counts;
	}

	@Override
	public void ask(long messages) {
		this.reader.ask(messages);
	}

	@Override
	public void settle(List<LinkSettlement> settlements) {
		this.reader.settle(settlements);
		int rejected = 0;
		for (LinkSettlement settlement : settlements) {
			rejected += (settlement.action() == LinkSettlement.Action.REJECT) ? 1 : 0;
		}
		this.counts.addRejected(rejected);
	}

	@Override
	public CompletionStage<Void> stop() {
		return this.reader.stop();
	}

	@Override
	public OptionalLong backlog() {
		return this.reader.backlog();
	}

	@Override
	public long stale() {
		return this.reader.stale();
	}

	@Override
	public OptionalLong rejected() {
		return this.reader.rejected();
	}

	@Override
	public void close() {
		try {
			this.reader.close();
		}
		finally {
			this.counts.closed(this);
		}
	}

}
