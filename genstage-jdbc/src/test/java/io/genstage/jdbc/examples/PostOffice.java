package io.genstage.jdbc.examples;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.sql.DataSource;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.jdbc.JdbcWorkQueue;
import io.genstage.jdbc.JsonPayloadCodec;
import io.genstage.jdbc.WorkQueueOptions;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class PostOffice {

	final Queue<Mail> delivered = new ConcurrentLinkedQueue<>();

	// tag::queue[]
	@Bean
	@Producer("mails")
	JdbcWorkQueue<Mail> mails(DataSource dataSource, JsonMapper mapper) {
		return new JdbcWorkQueue<>(dataSource, "mails", Mail.class, new JsonPayloadCodec(mapper),
				WorkQueueOptions.defaults().withMaxAttempts(10));
	}

	@Consumer(subscribeTo = "mails")
	void deliver(Mail mail) {
		this.delivered.add(mail);
	}
	// end::queue[]

	record Mail(String to, String text) {
	}

	static final class Customers {

		private final TransactionTemplate transaction;

		private final JdbcTemplate jdbc;

		private final JdbcWorkQueue<Mail> mails;

		Customers(TransactionTemplate transaction, JdbcTemplate jdbc, JdbcWorkQueue<Mail> mails) {
			this.transaction = transaction;
			this.jdbc = jdbc;
			this.mails = mails;
		}

		// tag::send[]
		void register(String name) {
			this.transaction.executeWithoutResult((status) -> {
				this.jdbc.update("insert into customers values (?)", name);
				this.mails.send(new Mail(name, "Welcome!"));
			});
		}
		// end::send[]

	}

}
