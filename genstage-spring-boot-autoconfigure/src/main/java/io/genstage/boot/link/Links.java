package io.genstage.boot.link;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

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

	/** Weak, since each run of a stage has its own, which closes itself if it can. */
	private final Set<LinkReceiver> receivers = Collections.newSetFromMap(new WeakHashMap<>());

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

	/** Keeps a receiver, to be closed with the application context. */
	public LinkReceiver keep(LinkReceiver receiver) {
		this.lock.lock();
		try {
			this.receivers.add(receiver);
			return receiver;
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<LinkReceiver> kept() {
		this.lock.lock();
		try {
			return List.copyOf(this.receivers);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void destroy() {
		kept().forEach(LinkReceiver::close);
	}

}
