package io.genstage.boot.autoconfigure;

import java.util.List;

import io.genstage.boot.link.JsonLinkConverter;
import io.genstage.boot.link.LinkConverter;
import io.genstage.boot.link.Links;
import io.genstage.link.LinkProvider;
import io.genstage.link.MemoryLinks;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of links: what carries them, of all modules, and what converts their
 * events.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
public final class GenStageLinkAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MemoryLinks genstageMemoryLinks() {
		return new MemoryLinks();
	}

	/* Given what carries links, so that it is closed before these are. */
	@Bean
	@ConditionalOnMissingBean
	Links genstageLinks(List<LinkProvider> providers) {
		return new Links(providers);
	}

	/**
	 * Links as JSON, with Jackson.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class JsonConfiguration {

		@Bean
		@ConditionalOnSingleCandidate(JsonMapper.class)
		@ConditionalOnMissingBean(LinkConverter.class)
		JsonLinkConverter genstageJsonLinkConverter(JsonMapper mapper) {
			return new JsonLinkConverter(mapper);
		}

	}

}
