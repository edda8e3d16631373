package io.genstage.boot.autoconfigure;

import io.genstage.boot.AfterCommit;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Auto-configuration of what puts events into queues after a commit, with
 * {@code spring-tx}.
 */
@AutoConfiguration
@ConditionalOnClass(TransactionSynchronizationManager.class)
public final class GenStageTransactionAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AfterCommit genstageAfterCommit() {
		return new AfterCommit();
	}

}
