package io.genstage.rate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.genstage.Cancellation;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.dispatch.Demand;
import org.jspecify.annotations.Nullable;

/**
 * The way of events into one run of a limited stage. It asks for no more than may pass
 * when it comes, so events wait upstream.
 * <p>
 * Each producer may be asked for all tokens, or one that has nothing would keep them from
 * the others. If several then send at once, or if the limit is lowered while events are
 * on their way, some come too early: these wait in line. Each turn lets events of one
 * message pass.
 *
 * @param <E> the type of the events
 * @param <O> the type of the events to emit
 */
final class LimitedInflow<E, O> {

	private final StageContext context;

	private final Limiter limiter;

	private final Limited<E, O> stage;

	private final WaitingLine<E> line = new WaitingLine<>();

	private final Map<Subscription, Inlet> inlets = new LinkedHashMap<>();

	private boolean draining;

	private boolean drained;

	/** Read by any thread. */
	private volatile int backlog;

	LimitedInflow(StageContext context, Limiter limiter, Limited<E, O> stage) {
		this.context = context;
		this.limiter = limiter;
		this.stage = stage;
	}

	long backlog() {
		return this.backlog;
	}

	void subscribe(Subscription subscription) throws Exception {
		Inlet inlet = this.stage.asksItself() ? new AskingInlet(subscription, this.context.self())
				: new PassiveInlet(subscription);
		this.inlets.put(subscription, inlet);
		this.stage.subscribe(inlet.subscription());
		settle();
	}

	/** Follows a change of the demand of a subscription. */
	void retune(Subscription subscription) throws Exception {
		Inlet inlet = inlet(subscription);
		inlet.retune();
		if (this.stage.asksItself()) {
			this.stage.retune(inlet.subscription());
		}
		settle();
	}

	/** Takes events, and returns what those that may pass now lead to. */
	List<O> receive(List<E> events, Subscription from) throws Exception {
		Inlet inlet = inlet(from);
		inlet.arrive(events.size());
		int passing = this.line.isEmpty() ? (int) this.limiter.available(events.size()) : 0;
		List<O> emitted = (passing > 0) ? handle(events.subList(0, passing), inlet) : List.of();
		if (passing < events.size()) {
			this.line.add(events.subList(passing, events.size()), inlet);
		}
		settle();
		return emitted;
	}

	private Inlet inlet(Subscription subscription) {
		Inlet inlet = this.inlets.get(subscription);
		if (inlet == null) {
			throw new IllegalStateException("%s is not known".formatted(subscription));
		}
		return inlet;
	}

	private List<O> handle(List<E> events, Inlet inlet) throws Exception {
		this.limiter.pass(events.size());
		List<O> emitted = callback(events, inlet.subscription());
		inlet.finish(events.size());
		if (!this.stage.reportsHandled() && !this.context.hasFailed()) {
			this.context.handled(inlet.subscription(), events.size());
		}
		return emitted;
	}

	private List<O> callback(List<E> events, Subscription from) throws Exception {
		try {
			return List.copyOf(this.stage.handle(events, from));
		}
		finally {
			this.context.clearInterrupt();
		}
	}

	/**
	 * Takes a message of this stage to itself.
	 * @return the events to emit, or null if the message is somebody else's
	 */
	@Nullable List<O> hear(Object message) throws Exception {
		if (message instanceof AskingInlet.Asked asked) {
			asked.note();
			settle();
			return List.of();
		}
		return this.limiter.hears(message) ? goOn() : null;
	}

	/**
	 * Notes the end of a subscription, which the stage gets behind the events that came
	 * by it. If the stage is going to stop for it in good order, what waits passes now.
	 * @return the events to emit
	 */
	List<O> unsubscribe(Subscription subscription, Cancellation cancellation) throws Exception {
		Inlet inlet = inlet(subscription);
		this.inlets.remove(subscription);
		boolean stops = subscription.options().cancel().stopsFor(cancellation.reason());
		if (!stops && !this.line.isEmpty()) {
			this.line.addEnd(inlet, cancellation);
			return List.of();
		}
		List<O> emitted = new ArrayList<>();
		try {
			while (cancellation.reason().isClean() && !this.line.isEmpty() && !this.context.hasFailed()) {
				emitted.addAll(passFirst(Long.MAX_VALUE));
			}
			if (!this.context.hasFailed()) {
				emitted.addAll(this.stage.end(inlet.subscription(), cancellation));
			}
		}
		catch (Exception ex) {
			if (emitted.isEmpty()) {
				throw ex;
			}
			this.context.fail(ex);
		}
		settle();
		return emitted;
	}

	List<O> drain() throws Exception {
		this.draining = true;
		return goOn();
	}

	private List<O> goOn() throws Exception {
		List<O> emitted = List.of();
		if (!this.line.isEmpty()) {
			emitted = passFirst(this.limiter.available(this.line.events()));
		}
		else if (this.draining && !this.drained) {
			this.drained = true;
			emitted = this.stage.drain();
		}
		settle();
		return emitted;
	}

	/** Lets the first in line pass, up to so many events of it. */
	private List<O> passFirst(long limit) throws Exception {
		WaitingLine.Entry<E> first = this.line.first();
		if (first instanceof WaitingLine.Events<E> waiting) {
			int passing = (int) Math.min(limit, waiting.events().size());
			if (passing == 0) {
				return List.of();
			}
			List<O> emitted = handle(waiting.events().subList(0, passing), waiting.inlet());
			this.line.pass(passing);
			return emitted;
		}
		WaitingLine.End<E> end = (WaitingLine.End<E>) first;
		this.line.pass(0);
		return this.stage.end(end.inlet().subscription(), end.cancellation());
	}

	/** Asks for what may pass, and sets the alarm for what may not yet. */
	private void settle() {
		this.backlog = this.line.events();
		want();
		if (!this.line.isEmpty() || (this.draining && !this.drained)) {
			this.limiter.wakeForUpTo(this.line.events());
		}
		if (!this.draining) {
			this.inlets.values().forEach(this::ask);
		}
	}

	/** Claims tokens for what waits, and for what could be asked for. */
	private void want() {
		long tokens = this.line.events();
		boolean able = tokens > 0;
		if (!this.draining) {
			for (Inlet inlet : this.inlets.values()) {
				tokens = Math.max(tokens, Demand.add(this.line.events() + inlet.coming(), inlet.wanted()));
				able = able || (inlet.wanted() > 0 && inlet.coming() == 0);
			}
		}
		this.limiter.want(tokens, able);
	}

	private void ask(Inlet inlet) {
		inlet.ask(this.limiter.grant(inlet.wanted(), this.line.events() + inlet.coming()));
	}

	/** Lets go of what waits in line, which is lost with the stage. */
	void giveUp() {
		this.backlog = 0;
		this.limiter.close();
	}

	/**
	 * What events and ends come to.
	 *
	 * @param <E> the type of the events
	 * @param <O> the type of the events to emit
	 */
	interface Limited<E, O> {

		boolean asksItself();

		boolean reportsHandled();

		void subscribe(Subscription subscription) throws Exception;

		void retune(Subscription subscription) throws Exception;

		List<O> handle(List<E> events, Subscription from) throws Exception;

		List<O> end(Subscription subscription, Cancellation cancellation) throws Exception;

		List<O> drain() throws Exception;

	}

}
