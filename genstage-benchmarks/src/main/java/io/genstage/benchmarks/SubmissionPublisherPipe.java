package io.genstage.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.SubmissionPublisher;

/**
 * The JDK's publisher, fed by the caller, with its subscriber on a thread of its own.
 */
final class SubmissionPublisherPipe implements Pipe {

	private static final int BUFFER = 1024;

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	@Override
	public long sum(int events) throws Exception {
		Adder adder = new Adder();
		try (SubmissionPublisher<Long> publisher = new SubmissionPublisher<>(this.thread, BUFFER)) {
			publisher.subscribe(adder);
			for (Numbers numbers = new Numbers(events); !numbers.isExhausted();) {
				publisher.submit(numbers.take());
			}
		}
		return adder.total.get();
	}

	@Override
	public void close() {
		this.thread.shutdown();
	}

	/**
	 * Adds up the events. It asks for all of them at once: the buffer is the limit.
	 */
	private static final class Adder implements Subscriber<Long> {

		private final CompletableFuture<Long> total = new CompletableFuture<>();

		private long sum;

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(Long event) {
			this.sum += event;
		}

		@Override
		public void onError(Throwable failure) {
			this.total.completeExceptionally(failure);
		}

		@Override
		public void onComplete() {
			this.total.complete(this.sum);
		}

	}

}
