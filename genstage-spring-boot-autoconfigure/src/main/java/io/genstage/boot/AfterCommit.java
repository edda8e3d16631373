package io.genstage.boot;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.source.EventQueue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Puts events into queues when the transaction of the calling thread has been committed,
 * so that no stage handles what is not, or never will be, in the database.
 *
 * <pre class="code">
 * &#64;Transactional
 * void place(Order order) {
 *     this.orders.save(order);
 *     this.afterCommit.offer(this.queue, order);
 * }
 * </pre>
 *
 * A bean of this type is there with {@code spring-tx}. Only imperative transactions are
 * known, which are bound to a thread. What is between the commit and the queue is lost
 * with the process.
 */
public final class AfterCommit {

	private static final Log logger = LogFactory.getLog(AfterCommit.class);

	/**
	 * Puts an event into a queue after the commit, or at once without a transaction. A
	 * queue that is full or takes no events then is no reason to fail any more: it is
	 * logged as a warning and answered.
	 * @param queue where to put the event
	 * @param event the event
	 * @param <E> the type of the events
	 * @return whether the queue took it, complete on this thread after the commit;
	 * {@code false} if the transaction was rolled back
	 */
	public <E> CompletionStage<Boolean> offer(EventQueue<E> queue, E event) {
		CompletableFuture<Boolean> taken = new CompletableFuture<>();
		if (TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive()) {
			TransactionSynchronizationManager.registerSynchronization(new Offering<>(queue, event, taken));
		}
		else {
			taken.complete(queue.offer(event));
		}
		return taken.minimalCompletionStage();
	}

	/**
	 * Waits for the end of the transaction.
	 */
	private record Offering<E>(EventQueue<E> queue, E event,
			CompletableFuture<Boolean> taken) implements TransactionSynchronization {

		@Override
		public void afterCommit() {
			boolean offered = this.queue.offer(this.event);
			if (!offered) {
				logger.warn(
						"A transaction was committed, but its event was refused: the queue, of %d, is full or takes no events"
							.formatted(this.queue.capacity()));
			}
			this.taken.complete(offered);
		}

		@Override
		public void afterCompletion(int status) {
			this.taken.complete(false);
		}

	}

}
