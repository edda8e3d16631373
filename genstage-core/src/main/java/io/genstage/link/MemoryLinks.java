package io.genstage.link;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Links within the JVM, for tests and for an application that is to be divided later:
 * what it sends is kept as bytes, as by an engine, but is gone when the JVM ends.
 *
 * <pre>{@code
 * MemoryLinks links = new MemoryLinks();
 * LinkDefinition orders = LinkDefinition.of("orders");
 * system.start("orders-out", new LinkSender<>(links, orders, this::toMessage));
 * system.start("orders-in", new LinkReceiver(links, orders, LinkOptions.defaults()));
 * }</pre>
 *
 * One reader has all messages of a link; others stand by until it is closed. A message is
 * confirmed when there is room for it. Settings are not taken. Any thread may call any
 * method.
 */
public final class MemoryLinks implements LinkProvider, AutoCloseable {

	/** How many messages of a link are kept unless it is said otherwise. */
	private static final int CAPACITY = 10_000;

	private final int capacity;

	private final StageScheduler scheduler;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, MemoryLink> links = new ConcurrentHashMap<>();

	/** Guarded by the lock. */
	private @Nullable Throwable interruption;

	/**
	 * Creates links without messages, each of which keeps up to 10,000.
	 */
	public MemoryLinks() {
		this(CAPACITY, MemoryLinks::later);
	}

	/**
	 * Creates links without messages.
	 * @param capacity how many messages of a link that are not done are kept, at least 1;
	 * what is sent beyond that isn't confirmed before there is room
	 * @param scheduler delivers again what has to wait
	 */
	public MemoryLinks(int capacity, StageScheduler scheduler) {
		if (capacity < 1) {
			throw new IllegalArgumentException("capacity must be >= 1, was " + capacity);
		}
		this.capacity = capacity;
		this.scheduler = Objects.requireNonNull(scheduler, "scheduler must not be null");
	}

	private static StageScheduler.Timer later(Duration delay, Runnable task) {
		CompletableFuture<Void> future = CompletableFuture.runAsync(task,
				CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS));
		return () -> future.cancel(false);
	}

	@Override
	public String type() {
		return "memory";
	}

	@Override
	public boolean isLasting() {
		return false;
	}

	@Override
	public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
		return link(link).openReader(listener);
	}

	@Override
	public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
		return link(link).openWriter(listener);
	}

	/**
	 * Returns the messages of a link that were rejected, each of which was logged as an
	 * error.
	 * @param link the link
	 * @return the latest of them, as many as are kept at most, in the order in which they
	 * were rejected
	 */
	public List<LinkMessage> rejected(LinkDefinition link) {
		return link(link).rejected();
	}

	/**
	 * Makes all links unreachable, as the loss of the connection to an engine does:
	 * nothing is delivered or confirmed, and what is delivered and not settled is taken
	 * back. Nothing happens if they are unreachable already.
	 * @param cause why
	 */
	public void interrupt(Throwable cause) {
		Objects.requireNonNull(cause, "cause must not be null");
		change(cause);
	}

	/**
	 * Makes all links reachable again. Nothing happens if they are.
	 */
	public void recover() {
		change(null);
	}

	/**
	 * Ends all links. Messages that are not done are lost, which is logged as an error.
	 */
	@Override
	public void close() {
		List.copyOf(this.links.values()).forEach(MemoryLink::end);
	}

	private void change(@Nullable Throwable cause) {
		List<MemoryLink> changed;
		this.lock.lock();
		try {
			if ((cause != null) == (this.interruption != null)) {
				return;
			}
			this.interruption = cause;
			changed = List.copyOf(this.links.values());
			changed.forEach((link) -> link.change(cause));
		}
		finally {
			this.lock.unlock();
		}
		changed.forEach(MemoryLink::makeCalls);
	}

	@Override
	public void check(LinkDefinition link) {
		if (!link.settings().isEmpty()) {
			throw new IllegalArgumentException("link '%s' has settings that a link in memory doesn't know: %s"
				.formatted(link.name(), Set.copyOf(link.settings().keySet())));
		}
	}

	private MemoryLink link(LinkDefinition link) {
		check(link);
		this.lock.lock();
		try {
			return this.links.computeIfAbsent(link.destination(),
					(destination) -> new MemoryLink(destination, this.capacity, this.scheduler, this.interruption));
		}
		finally {
			this.lock.unlock();
		}
	}

}
