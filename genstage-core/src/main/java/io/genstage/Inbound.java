package io.genstage;

/**
 * One subscription as its consumer keeps it. When the subscription has ended, its events
 * may still be waiting; they are handled as before, but nothing is asked for any more.
 */
final class Inbound {

	private final Link link;

	private final DemandWindow window;

	private boolean open = true;

	Inbound(Link link) {
		this.link = link;
		this.window = new DemandWindow(link.options());
	}

	Link link() {
		return this.link;
	}

	DemandWindow window() {
		return this.window;
	}

	boolean isOpen() {
		return this.open;
	}

	void close() {
		this.open = false;
	}

}
