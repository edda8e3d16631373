package io.genstage.sample.switchboard;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Puts a switch in front of the database, whichever it is.
 */
@Configuration(proxyBeanMethods = false)
class SwitchConfiguration {

	@Bean
	static BeanPostProcessor databaseSwitch(ObjectProvider<Switchboard> switches) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (bean instanceof DataSource database) ? new SwitchedDatabase(database, switches.getObject())
						: bean;
			}

		};
	}

}
