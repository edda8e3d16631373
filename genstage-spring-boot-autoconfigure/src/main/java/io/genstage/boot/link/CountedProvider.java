package io.genstage.boot.link;

import java.util.function.Function;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkWriter;

/**
 * A provider whose readers are counted.
 *
 * @param provider carries the links
 * @param counts has the counts of a link by its name
 */
record CountedProvider(LinkProvider provider, Function<String, LinkCounts> counts) implements LinkProvider {

	@Override
	public String type() {
		return this.provider.type();
	}

	@Override
	public boolean isLasting() {
		return this.provider.isLasting();
	}

	@Override
	public boolean keepsRetries() {
		return this.provider.keepsRetries();
	}

	@Override
	public void check(LinkDefinition link) {
		this.provider.check(link);
	}

	@Override
	public void checkReading(LinkDefinition link) {
		this.provider.checkReading(link);
	}

	@Override
	public String sourceOf(LinkDefinition link) {
		return this.provider.sourceOf(link);
	}

	@Override
	public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
		LinkCounts of = this.counts.apply(link.name());
		CountedReader reader = new CountedReader(this.provider.openReader(link, listener), of);
		of.opened(reader);
		return reader;
	}

	@Override
	public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
		return this.provider.openWriter(link, listener);
	}

}
