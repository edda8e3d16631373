package io.genstage.trial.link;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkWriter;

/**
 * Counts what is sent and not confirmed, before the stage hears of it.
 */
final class CountingProvider implements LinkProvider {

	private final LinkProvider links;

	private final AtomicInteger unconfirmed = new AtomicInteger();

	private final AtomicInteger confirmed = new AtomicInteger();

	private final AtomicInteger most = new AtomicInteger();

	CountingProvider(LinkProvider links) {
		this.links = links;
	}

	int unconfirmed() {
		return this.unconfirmed.get();
	}

	int confirmed() {
		return this.confirmed.get();
	}

	/** Returns how many have been unconfirmed at once. */
	int most() {
		return this.most.get();
	}

	@Override
	public String type() {
		return this.links.type();
	}

	@Override
	public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
		return this.links.openReader(link, listener);
	}

	@Override
	public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
		LinkWriter writer = this.links.openWriter(link, listener);
		return new LinkWriter() {

			@Override
			public CompletionStage<Void> send(LinkMessage message) {
				CountingProvider.this.most.accumulateAndGet(CountingProvider.this.unconfirmed.incrementAndGet(),
						Math::max);
				return writer.send(message).thenRun(() -> {
					CountingProvider.this.unconfirmed.decrementAndGet();
					CountingProvider.this.confirmed.incrementAndGet();
				});
			}

			@Override
			public void close() {
				writer.close();
			}

		};
	}

}
