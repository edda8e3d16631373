package io.genstage.boot;

import java.util.concurrent.CompletionStage;

import io.genstage.boot.autoconfigure.GenStageTransactionAutoConfiguration;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AfterCommit}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AfterCommitTests {

	private final AfterCommit afterCommit = new AfterCommit();

	private final EventQueue<String> queue = new EventQueue<>(1);

	private final TransactionTemplate transaction = new TransactionTemplate(new NoDatabase());

	private CompletionStage<Boolean> answer;

	@Test
	void offersWhenTheTransactionHasBeenCommitted() {
		this.transaction.executeWithoutResult((status) -> {
			this.answer = this.afterCommit.offer(this.queue, "a");
			assertThat(this.answer.toCompletableFuture()).isNotDone();
			assertThat(this.queue.size()).isZero();
		});
		assertThat(this.answer.toCompletableFuture()).isCompletedWithValue(true);
		assertThat(this.queue.size()).isEqualTo(1);
	}

	@Test
	void offersNothingThatIsRolledBack(CapturedOutput output) {
		this.transaction.executeWithoutResult((status) -> {
			this.answer = this.afterCommit.offer(this.queue, "a");
			status.setRollbackOnly();
		});
		assertThat(this.answer.toCompletableFuture()).isCompletedWithValue(false);
		assertThat(this.queue.size()).isZero();
		assertThat(output).doesNotContain("was not taken");
	}

	@Test
	void offersNothingIfTheTransactionThrows() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			this.answer = this.afterCommit.offer(this.queue, "a");
			throw new IllegalStateException("no");
		}));
		assertThat(this.answer.toCompletableFuture()).isCompletedWithValue(false);
		assertThat(this.queue.size()).isZero();
	}

	@Test
	void saysIfTheQueueIsFullThen(CapturedOutput output) {
		this.transaction.executeWithoutResult((status) -> {
			this.answer = this.afterCommit.offer(this.queue, "a");
			this.queue.offer("secret");
		});
		assertThat(this.answer.toCompletableFuture()).isCompletedWithValue(false);
		assertThat(output).contains("A transaction was committed, but its event was refused: the queue, of 1, is full")
			.doesNotContain("secret");
	}

	@Test
	void offersAtOnceWithoutATransaction() {
		assertThat(this.afterCommit.offer(this.queue, "a").toCompletableFuture()).isCompletedWithValue(true);
		assertThat(this.afterCommit.offer(this.queue, "b").toCompletableFuture()).isCompletedWithValue(false);
	}

	@Nested
	class AutoConfiguration {

		private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(GenStageTransactionAutoConfiguration.class));

		@Test
		void hasABean() {
			this.contextRunner.run((context) -> assertThat(context).hasSingleBean(AfterCommit.class));
		}

		@Test
		void backsOffForOneOfTheUsers() {
			AfterCommit mine = new AfterCommit();
			this.contextRunner.withBean(AfterCommit.class, () -> mine)
				.run((context) -> assertThat(context).getBean(AfterCommit.class).isSameAs(mine));
		}

		@Test
		void backsOffWithoutTransactions() {
			this.contextRunner.withClassLoader(new FilteredClassLoader(TransactionSynchronizationManager.class))
				.run((context) -> assertThat(context).doesNotHaveBean("genstageAfterCommit"));
		}

	}

	/**
	 * Transactions of nothing.
	 */
	private static final class NoDatabase extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

		@Override
		protected void doSetRollbackOnly(DefaultTransactionStatus status) {
		}

	}

}
