package io.genstage.sample.signing;

import io.genstage.annotation.Producer;
import io.genstage.sample.switchboard.Switchboard;
import io.genstage.source.EventQueue;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;

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
	@Profile("!jdbc")
	Pen pen(SigningProperties properties, Switchboard switches) {
		return new SlowPen(properties, switches);
	}

	@Bean
	@Profile("jdbc")
	Pen recordingPen(SigningProperties properties, Switchboard switches, JdbcTemplate jdbc) {
		return new RecordingPen(new SlowPen(properties, switches), jdbc);
	}

}
