package io.genstage.jdbc.autoconfigure;

import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.link.LinkInboxes;
import io.genstage.jdbc.JdbcLinks;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Auto-configuration of handlers that settle messages of links in a database by their
 * transaction, where {@code genstage.links.<name>.transactional} says so.
 */
@AutoConfiguration(after = GenStageJdbcLinksAutoConfiguration.class, before = GenStageAutoConfiguration.class)
@ConditionalOnSingleCandidate(JdbcLinks.class)
@ConditionalOnMissingBean(LinkInboxes.class)
public final class GenStageJdbcInboxAutoConfiguration {

	GenStageJdbcInboxAutoConfiguration() {
	}

	@Bean
	JdbcLinkInboxes genstageJdbcLinkInboxes(JdbcLinks links, ObjectProvider<PlatformTransactionManager> managers) {
		return new JdbcLinkInboxes(links, managers);
	}

}
