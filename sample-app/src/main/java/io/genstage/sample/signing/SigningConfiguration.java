package io.genstage.sample.signing;

import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the book signing needs before the first reader comes.
 */
@Configuration(proxyBeanMethods = false)
class SigningConfiguration {

	/**
	 * Makes the line that readers wait in.
	 * <p>
	 * A stage as a bean: a queue that any thread puts events into, and that hands them on
	 * when they are asked for.
	 * @param properties how long it may become
	 * @return the line
	 */
	@Bean
	@Producer
	EventQueue<Reader> line(SigningProperties properties) {
		return new EventQueue<>(properties.line());
	}

	@Bean
	Pen pen(SigningProperties properties) {
		return new SlowPen(properties.pace());
	}

}
