package io.genstage;

import java.util.List;

import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.Subscriber;

/**
 * Sends nothing to anybody, and fails when it is to.
 *
 * @param <E> the type of the events
 */
final class FailingDispatcher<E> implements Dispatcher<E> {

	private long demand;

	FailingDispatcher(Outlet<E> outlet) {
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		return 0;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		this.demand += demand;
		return demand;
	}

	@Override
	public long cancel(Subscriber subscriber) {
		return 0;
	}

	@Override
	public List<E> dispatch(List<E> events) {
		throw new IllegalStateException("can't dispatch");
	}

	@Override
	public long openDemand() {
		return this.demand;
	}

}
