package io.genstage.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

import io.genstage.LincheckOrders;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An {@link EventQueue} that several threads use is, in the orders that Lincheck tries,
 * one that is used by one after the other.
 */
@Param(name = "event", gen = IntGen.class, conf = "1:9")
@Param(name = "demand", gen = IntGen.class, conf = "1:3")
public class EventQueueLincheckTests {

	private static final int CAPACITY = 2;

	private final EventQueue<Integer> queue = new EventQueue<>(CAPACITY);

	@Operation(params = "event")
	public boolean offer(int event) {
		return this.queue.offer(event);
	}

	/** Returns what refused the event, if anything did. */
	@Operation(params = "event")
	public String send(int event) {
		CompletableFuture<Void> sent = this.queue.send(event).toCompletableFuture();
		return sent.isCompletedExceptionally() ? refusal(sent) : "admitted";
	}

	private static String refusal(CompletableFuture<Void> sent) {
		return sent.handle((taken, ex) -> ex.getCause().getClass().getSimpleName()).join();
	}

	@Operation(params = "demand", nonParallelGroup = "stage")
	public List<Integer> take(int demand) {
		return this.queue.handleDemand(demand);
	}

	/** What the stage does when it is woken up. */
	@Operation(nonParallelGroup = "stage")
	public List<Integer> wake() {
		return this.queue.handleDemand(0);
	}

	@Operation
	public int size() {
		return this.queue.size();
	}

	@Operation
	public void close() {
		this.queue.close();
	}

	/*
	 * A refusal has a number in its message. The JDK loads what formats numbers at the
	 * first number, and a class whose initializer Lincheck has broken off is lost to the
	 * JVM.
	 */
	@BeforeAll
	static void loadWhatFormatsNumbers() {
		assertThat("%d".formatted(1)).isEqualTo("1");
	}

	@Test
	void isLinearizable() {
		new ModelCheckingOptions().threads(2)
			.actorsBefore(1)
			.actorsPerThread(2)
			.actorsAfter(1)
			.iterations(6)
			.invocationsPerIteration(LincheckOrders.share(100))
			.sequentialSpecification(Line.class)
			.check(EventQueueLincheckTests.class);
	}

	/**
	 * The same for one thread.
	 */
	public static final class Line {

		private final Queue<Integer> waiting = new ArrayDeque<>();

		private int owed;

		private boolean closed;

		public boolean offer(int event) {
			return send(event).equals("admitted");
		}

		public String send(int event) {
			if (this.closed) {
				return "QueueClosedException";
			}
			if (this.waiting.size() == CAPACITY) {
				return "QueueFullException";
			}
			this.waiting.add(event);
			return "admitted";
		}

		public List<Integer> take(int demand) {
			this.owed += demand;
			return wake();
		}

		public List<Integer> wake() {
			List<Integer> taken = new ArrayList<>();
			while (this.owed > 0 && !this.waiting.isEmpty()) {
				taken.add(this.waiting.remove());
				this.owed--;
			}
			return taken;
		}

		public int size() {
			return this.waiting.size();
		}

		public void close() {
			this.closed = true;
		}

	}

}
