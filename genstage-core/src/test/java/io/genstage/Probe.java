package io.genstage;

import java.util.ArrayList;
import java.util.List;

/**
 * The other side of a dialogue: speaks the protocol by hand, as a consumer or as a
 * producer, and notes what it is told.
 */
final class Probe {

	private static long links;

	private final Journal journal;

	private final StageRef ref;

	private final List<OpenSubscription> subscribers = new ArrayList<>();

	Probe(String name) {
		this(name, new Journal());
	}

	Probe(String name, Journal journal) {
		this.journal = journal;
		this.ref = new StageRef(name, new Mailbox(Runnable::run, this::hear), () -> {
			throw new UnsupportedOperationException("a probe has no status");
		}, (delay, task) -> {
			throw new UnsupportedOperationException("a probe has no timers");
		});
		this.ref.mailbox().open();
	}

	private void hear(Message message) {
		if (message instanceof Message.Subscribe subscribe) {
			this.subscribers.add(subscribe.link());
		}
		if (message instanceof Message.Replace replace) {
			this.subscribers.add(replace.link());
		}
		this.journal.note(this.ref.name() + " <- " + describe(message));
	}

	private static String describe(Message message) {
		if (message instanceof Message.Ask ask) {
			return "ask " + ask.demand();
		}
		if (message instanceof Message.Events events) {
			return "events " + events.events();
		}
		if (message instanceof Message.Cancel cancel) {
			return "cancel (" + cancel.cancellation() + ")";
		}
		if (message instanceof Message.Cancelled cancelled) {
			return "cancelled (" + cancelled.cancellation() + ")";
		}
		if (message instanceof Message.Replace replace) {
			return "replace (" + replace.reason() + ")";
		}
		return (message instanceof Message.Subscribe) ? "subscribe" : message.toString();
	}

	StageRef ref() {
		return this.ref;
	}

	// As a consumer

	/** Creates a link of this consumer without telling the producer. */
	OpenSubscription linkTo(StageRef producer) {
		return linkTo(producer, SubscribeOptions.defaults());
	}

	OpenSubscription linkTo(StageRef producer, SubscribeOptions options) {
		return new OpenSubscription(++links, producer, this.ref, options);
	}

	OpenSubscription subscribeTo(StageRef producer) {
		OpenSubscription link = linkTo(producer);
		link.tellProducer(new Message.Subscribe(link));
		return link;
	}

	OpenSubscription subscribeAndAsk(StageRef producer, long demand) {
		OpenSubscription link = subscribeTo(producer);
		ask(link, demand);
		return link;
	}

	static void ask(OpenSubscription link, long demand) {
		link.tellProducer(new Message.Ask(link, demand));
	}

	/** Tells the producer that this consumer has stopped. */
	static void leave(OpenSubscription link, ExitReason reason) {
		link.tellProducer(new Message.Cancel(link, Cancellation.down(reason)));
	}

	// As a producer

	/** Returns the newest subscription to this producer. */
	OpenSubscription link() {
		return this.subscribers.get(this.subscribers.size() - 1);
	}

	void send(String... events) {
		sendBy(link(), List.of(events));
	}

	static void sendBy(OpenSubscription link, List<?> events) {
		link.sent.add(events.size());
		link.tellConsumer(new Message.Events(link, events));
	}

	void cancel(ExitReason reason) {
		link().tellConsumer(new Message.Cancelled(link(), Cancellation.cancel(reason)));
	}

	/** Tells the consumer that this producer has stopped. */
	void stop(ExitReason reason) {
		link().tellConsumer(new Message.Cancelled(link(), Cancellation.down(reason)));
	}

}
