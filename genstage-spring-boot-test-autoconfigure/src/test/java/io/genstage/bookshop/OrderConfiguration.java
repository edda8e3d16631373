package io.genstage.bookshop;

import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A configuration with a stage.
 */
@Configuration(proxyBeanMethods = false)
class OrderConfiguration {

	@Bean
	@Producer
	EventQueue<String> orders() {
		return new EventQueue<>(10);
	}

}
