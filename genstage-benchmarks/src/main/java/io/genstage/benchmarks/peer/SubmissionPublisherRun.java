package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.SubmissionPublisher;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

/**
 * The JDK's publisher, with a thread for each subscriber. The caller feeds it. A
 * publisher sends everything to all of its subscribers, so for any other split each
 * consumer has a publisher of its own.
 */
public final class SubmissionPublisherRun implements WorkloadRun {

	private final Workload workload;

	private final int buffer;

	private final ExecutorService threads;

	public SubmissionPublisherRun(Workload workload, int buffer) {
		this.workload = workload;
		this.buffer = buffer;
		this.threads = Executors.newFixedThreadPool(workload.mappers() + workload.consumers());
	}

	@Override
	public long sum(int events) throws Exception {
		List<SubmissionPublisher<Long>> publishers = new ArrayList<>();
		List<Consumer> consumers = new ArrayList<>();
		for (int consumer = 0; consumer < this.workload.consumers(); consumer++) {
			if (publishers.isEmpty() || this.workload.split() != Workload.Split.ALL) {
				publishers.add(newPublisher());
			}
			consumers.add(new Consumer());
			publishers.get(publishers.size() - 1).subscribe(consumers.get(consumer));
		}
		for (int mapper = 0; mapper < this.workload.mappers(); mapper++) {
			publishers.replaceAll(this::behindMapper);
		}
		submit(new Numbers(events), publishers);
		publishers.forEach(SubmissionPublisher::close);
		Adder total = new Adder();
		for (Consumer consumer : consumers) {
			total.plus(consumer.total.get());
		}
		return total.sum();
	}

	private SubmissionPublisher<Long> behindMapper(SubmissionPublisher<Long> next) {
		SubmissionPublisher<Long> publisher = newPublisher();
		publisher.subscribe(new Mapper(next));
		return publisher;
	}

	private SubmissionPublisher<Long> newPublisher() {
		return new SubmissionPublisher<>(this.threads, this.buffer);
	}

	private void submit(Numbers numbers, List<SubmissionPublisher<Long>> publishers) {
		for (int turn = 0; numbers.hasNext(); turn++) {
			Long number = numbers.next();
			int publisher = (this.workload.split() == Workload.Split.KEYED) ? this.workload.consumerOf(number)
					: turn % publishers.size();
			publishers.get(publisher).submit(number);
		}
	}

	@Override
	public void close() {
		this.threads.shutdown();
	}

	/**
	 * Asks for all events at once: the buffer is the limit.
	 */
	private abstract static class Greedy implements Subscriber<Long> {

		@Override
		public final void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

	}

	/**
	 * Submits each number plus 1.
	 */
	private static final class Mapper extends Greedy {

		private final SubmissionPublisher<Long> next;

		Mapper(SubmissionPublisher<Long> next) {
			this.next = next;
		}

		@Override
		public void onNext(Long event) {
			this.next.submit(event + 1);
		}

		@Override
		public void onError(Throwable failure) {
			this.next.closeExceptionally(failure);
		}

		@Override
		public void onComplete() {
			this.next.close();
		}

	}

	/**
	 * Adds up the events.
	 */
	private static final class Consumer extends Greedy {

		private final CompletableFuture<Adder> total = new CompletableFuture<>();

		private final Adder adder = new Adder();

		@Override
		public void onNext(Long event) {
			this.adder.add(event);
		}

		@Override
		public void onError(Throwable failure) {
			this.total.completeExceptionally(failure);
		}

		@Override
		public void onComplete() {
			this.total.complete(this.adder);
		}

	}

}
