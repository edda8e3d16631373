package io.genstage.benchmarks.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Waiting;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.PublishSubscribeChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.ConsumerEndpointSpec;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.integration.scheduling.PollerMetadata;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.support.GenericMessage;

/**
 * Spring Integration: queue channels, and endpoints that poll them, each by a thread of
 * its own. The flows stay from run to run, and the caller sends the messages.
 */
public final class SpringIntegrationRun implements WorkloadRun {

	private static final int CAPACITY = 1024;

	private final Workload workload;

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final List<MessageChannel> inputs = new ArrayList<>();

	private final List<Receiver> receivers = new ArrayList<>();

	public SpringIntegrationRun(Workload workload) {
		this.workload = workload;
		this.context.register(Integration.class);
		this.context.refresh();
		switch (workload.split()) {
			case SHARED -> receive(map(newInput()));
			case ALL -> broadcast();
			case KEYED -> partition();
		}
	}

	private MessageChannel newInput() {
		this.inputs.add(new QueueChannel(CAPACITY));
		return this.inputs.get(this.inputs.size() - 1);
	}

	private MessageChannel map(MessageChannel input) {
		MessageChannel last = input;
		for (int mapper = 0; mapper < this.workload.mappers(); mapper++) {
			MessageChannel next = new QueueChannel(CAPACITY);
			register(IntegrationFlow.from(last)
				.transformWith((mapping) -> poll(
						mapping.expectedType(Long.class).<Long, Long>transformer((number) -> number + 1)))
				.channel(next)
				.get());
			last = next;
		}
		return last;
	}

	/** All consumers poll the same channel. */
	private void receive(MessageChannel channel) {
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			register(IntegrationFlow.from(channel).handle(newReceiver(), SpringIntegrationRun::poll).get());
		}
	}

	private void broadcast() {
		PublishSubscribeChannel all = new PublishSubscribeChannel();
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			register(IntegrationFlow.from(all)
				.channel(new QueueChannel(CAPACITY))
				.handle(newReceiver(), SpringIntegrationRun::poll)
				.get());
		}
		this.inputs.add(all);
	}

	/** The caller chooses the channel; a router in between would only cost time. */
	private void partition() {
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			register(IntegrationFlow.from(newInput()).handle(newReceiver(), SpringIntegrationRun::poll).get());
		}
	}

	private Receiver newReceiver() {
		Receiver receiver = new Receiver();
		this.receivers.add(receiver);
		return receiver;
	}

	private void register(IntegrationFlow flow) {
		this.context.getBean(IntegrationFlowContext.class).registration(flow).register();
	}

	private static void poll(ConsumerEndpointSpec<?, ?> endpoint) {
		endpoint.poller(Pollers.fixedDelay(Duration.ZERO)
			.maxMessagesPerPoll(PollerMetadata.MAX_MESSAGES_UNBOUNDED)
			.receiveTimeout(100));
	}

	@Override
	public long sum(int events) throws Exception {
		long before = total();
		long expected = handled()
				+ (long) events * (this.workload.split() == Workload.Split.ALL ? this.receivers.size() : 1);
		Numbers numbers = new Numbers(events);
		while (numbers.hasNext()) {
			Long number = numbers.next();
			int input = (this.inputs.size() == 1) ? 0 : this.workload.consumerOf(number);
			this.inputs.get(input).send(new GenericMessage<>(number));
		}
		Waiting.until(() -> handled() == expected);
		return total() - before;
	}

	private long handled() {
		return this.receivers.stream().mapToLong((receiver) -> receiver.handled.get()).sum();
	}

	/** Read after the receivers have handled all. */
	private long total() {
		return this.receivers.stream().mapToLong((receiver) -> receiver.adder.sum()).sum();
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * Switches Spring Integration on.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Integration {

	}

	/**
	 * Adds up its events, over all runs.
	 */
	private static final class Receiver implements MessageHandler {

		private final Adder adder = new Adder();

		private final AtomicLong handled = new AtomicLong();

		@Override
		public void handleMessage(Message<?> message) {
			this.adder.add((Long) message.getPayload());
			this.handled.setRelease(this.handled.getPlain() + 1);
		}

	}

}
