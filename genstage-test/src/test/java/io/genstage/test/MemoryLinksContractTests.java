package io.genstage.test;

import java.io.IOException;
import java.util.List;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.MemoryLinks;

class MemoryLinksContractTests extends LinkProviderContract {

	private final MemoryLinks links = new MemoryLinks();

	@Override
	protected LinkProvider provider() {
		return this.links;
	}

	@Override
	protected void interrupt() {
		this.links.interrupt(new IOException("gone"));
	}

	@Override
	protected void recover() {
		this.links.recover();
	}

	@Override
	protected List<LinkMessage> rejected(LinkDefinition link) {
		return this.links.rejected(link);
	}

}
