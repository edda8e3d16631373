package io.genstage.benchmarks.ours;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import io.genstage.StageContext;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;

/**
 * The stages of a workload as methods of beans.
 */
final class AnnotatedStages {

	private AnnotatedStages() {
	}

	/**
	 * Emits the numbers of one run after the other.
	 */
	static class Source {

		private final BlockingQueue<Numbers> runs = new LinkedBlockingQueue<>();

		private Numbers numbers = new Numbers(0);

		/** Waits for the next run when the last one has been taken. */
		@Producer
		List<Long> numbers(int demand, StageContext context) throws InterruptedException {
			if (!this.numbers.hasNext()) {
				this.numbers = this.runs.take();
				if (!this.numbers.hasNext()) {
					context.complete();
				}
			}
			return this.numbers.take(demand);
		}

		void send(Numbers numbers) {
			this.runs.add(numbers);
		}

		/** A run of no events is the last one. */
		void end() {
			send(new Numbers(0));
		}

	}

	/**
	 * Three mappers, a list at a time.
	 */
	static class ListMappers {

		@ProducerConsumer(subscribeTo = "numbers")
		List<Long> mapper1(List<Long> events) {
			return increment(events);
		}

		@ProducerConsumer(subscribeTo = "mapper1")
		List<Long> mapper2(List<Long> events) {
			return increment(events);
		}

		@ProducerConsumer(subscribeTo = "mapper2")
		List<Long> mapper3(List<Long> events) {
			return increment(events);
		}

		private static List<Long> increment(List<Long> events) {
			List<Long> incremented = new ArrayList<>(events.size());
			for (Long event : events) {
				incremented.add(event + 1);
			}
			return incremented;
		}

	}

	/**
	 * Three mappers, an event at a time.
	 */
	static class EventMappers {

		@ProducerConsumer(subscribeTo = "numbers")
		Long mapper1(Long event) {
			return event + 1;
		}

		@ProducerConsumer(subscribeTo = "mapper1")
		Long mapper2(Long event) {
			return event + 1;
		}

		@ProducerConsumer(subscribeTo = "mapper2")
		Long mapper3(Long event) {
			return event + 1;
		}

	}

	/**
	 * Adds up the events, over all runs. A run ends with its last event; to count them
	 * would cost something for each.
	 */
	abstract static class Target {

		private final Adder adder = new Adder();

		private CompletableFuture<Long> sum = new CompletableFuture<>();

		private long last;

		/** Begins a run, before its first event is sent, and returns its sum. */
		CompletableFuture<Long> expect(long last) {
			long before = this.adder.sum();
			CompletableFuture<Long> after = new CompletableFuture<>();
			this.last = last;
			this.sum = after;
			return after.thenApply((total) -> total - before);
		}

		final void add(Long event) {
			this.adder.add(event);
		}

		final void endAfter(Long event) {
			if (event == this.last) {
				this.sum.complete(this.adder.sum());
			}
		}

	}

	/**
	 * Takes a list at a time.
	 */
	static class ListTarget extends Target {

		@Consumer(subscribeTo = "${benchmark.last}")
		void target(List<Long> events) {
			for (Long event : events) {
				add(event);
			}
			endAfter(events.get(events.size() - 1));
		}

	}

	/**
	 * Takes an event at a time.
	 */
	static class EventTarget extends Target {

		@Consumer(subscribeTo = "${benchmark.last}")
		void target(Long event) {
			add(event);
			endAfter(event);
		}

	}

}
