package io.genstage.jdbc.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that looks at the URL of a database of H2 in this process.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnClass(name = "org.h2.Driver")
public final class GenStageJdbcH2AutoConfiguration {

	GenStageJdbcH2AutoConfiguration() {
	}

	@Bean
	H2ClosingCheck genstageH2ClosingCheck(ObjectProvider<JdbcConnectionDetails> connections) {
		return new H2ClosingCheck(connections);
	}

}
