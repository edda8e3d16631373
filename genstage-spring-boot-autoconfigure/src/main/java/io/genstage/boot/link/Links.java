package io.genstage.boot.link;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReceiver;

import org.springframework.beans.factory.DisposableBean;

/**
 * The engines that carry links of an application, and the receiving ends that are open.
 * These are closed with the application context, before the engines: what is not settled
 * then comes again.
 */
public final class Links implements DisposableBean {

	private final List<LinkProvider> providers;

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * With the names of their links. Weak, since each run of a stage has its own, which
	 * closes itself if it can.
	 */
	private final Map<LinkReceiver, String> receivers = new WeakHashMap<>();

	/** By the names of their links; they last as long as the application. */
	private final Map<String, LinkCounts> counts = new ConcurrentHashMap<>();

	/**
	 * Creates the links of an application.
	 * @param providers all of them
	 */
	public Links(List<LinkProvider> providers) {
		this.providers = List.copyOf(providers);
	}

	/**
	 * Returns who carries links of a type.
	 * @param type the type
	 * @return one, unless nobody does or somebody has defined several
	 */
	public List<LinkProvider> providers(String type) {
		return this.providers.stream().filter((provider) -> provider.type().equals(type)).toList();
	}

	/** Returns the types that somebody carries, sorted. */
	public Set<String> types() {
		Set<String> types = new TreeSet<>();
		this.providers.forEach((provider) -> types.add(provider.type()));
		return types;
	}

	/**
	 * Returns a provider that counts what is settled.
	 * @param provider carries links
	 * @return one that does the same
	 */
	public LinkProvider counting(LinkProvider provider) {
		return new CountedProvider(provider, this::countsOf);
	}

	private LinkCounts countsOf(String link) {
		return this.counts.computeIfAbsent(link, (name) -> new LinkCounts());
	}

	/**
	 * Keeps a receiver, to be closed with the application context.
	 * @param link the name of its link
	 * @param receiver the receiver
	 * @return the same
	 */
	public LinkReceiver keep(String link, LinkReceiver receiver) {
		this.lock.lock();
		try {
			this.receivers.put(receiver, link);
			return receiver;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns how many messages of a link were delivered and are not settled. */
	public long unsettled(String link) {
		return kept(link::equals).stream().mapToLong(LinkReceiver::unsettled).sum();
	}

	/**
	 * Returns how many messages of a link wait at its engine, as it was seen last.
	 * @param link the name of the link
	 * @return the most that one of its receivers knows of, empty if none knows it
	 */
	public OptionalLong backlog(String link) {
		return kept(link::equals).stream()
			.map(LinkReceiver::waiting)
			.filter(OptionalLong::isPresent)
			.mapToLong(OptionalLong::getAsLong)
			.max();
	}

	/** Returns how many messages of a link were rejected here. */
	public long rejected(String link) {
		return countsOf(link).rejected();
	}

	/** Returns how many settlements of a link came when its engine had taken it back. */
	public long stale(String link) {
		return countsOf(link).stale();
	}

	/**
	 * Counts messages that came again.
	 * @param link the name of the link
	 * @param messages how many
	 */
	public void addRepeated(String link, long messages) {
		countsOf(link).addRepeated(messages);
	}

	/**
	 * Returns how many messages of a link came again when they were handled, and were
	 * left out.
	 */
	public long repeated(String link) {
		return countsOf(link).repeated();
	}

	/**
	 * Returns how many rejected messages of a link its engine keeps, as it was seen last.
	 * @param link the name of the link
	 * @return the number, empty if the engine doesn't say it
	 */
	public OptionalLong rejectedKept(String link) {
		return countsOf(link).kept();
	}

	private List<LinkReceiver> kept(Predicate<String> links) {
		this.lock.lock();
		try {
			return this.receivers.entrySet()
				.stream()
				.filter((kept) -> links.test(kept.getValue()))
				.map(Map.Entry::getKey)
				.toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void destroy() {
		kept((link) -> true).forEach(LinkReceiver::close);
	}

}
