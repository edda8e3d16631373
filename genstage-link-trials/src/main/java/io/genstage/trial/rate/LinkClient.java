package io.genstage.trial.rate;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.Assert;

/**
 * An application with a link: a stage whose events are sent, or one that handles them.
 */
public final class LinkClient implements RateClient {

	private final Class<?> engine;

	private final Function<Trial, Map<String, Object>> settings;

	/**
	 * Creates a client.
	 * @param engine the configuration of what carries the link
	 * @param settings the properties of the engine in a trial, with the link's type
	 */
	public LinkClient(Class<?> engine, Function<Trial, Map<String, Object>> settings) {
		this.engine = engine;
		this.settings = settings;
	}

	private ConfigurableApplicationContext start(Class<?> application, Trial trial, Progress progress) {
		return new SpringApplicationBuilder(application, this.engine).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.initializers((context) -> {
				context.getBeanFactory().registerSingleton("trial", trial);
				context.getBeanFactory().registerSingleton("progress", progress);
			})
			.properties("spring.main.banner-mode=off", "spring.main.log-startup-info=false",
					"genstage.links.orders.destination=" + trial.destination(), "genstage.links.orders.key=customer",
					"genstage.stages.orders-to-link.in-flight=" + trial.window(),
					"genstage.stages.orders-to-link.max-demand=" + 2 * trial.window(),
					"genstage.links.orders.max-unsettled=" + trial.window(),
					"genstage.stages.orders-read.max-demand=" + share(trial),
					"genstage.stages.book.max-demand=" + share(trial), "genstage.optional-stages=*")
			.properties(this.settings.apply(trial))
			.run();
	}

	/** Two stages ask, and one of them may have some more in hand. */
	private static int share(Trial trial) {
		return (trial.window() - 10) / 2;
	}

	@Override
	public void send(Trial trial, Progress progress) throws Exception {
		try (ConfigurableApplicationContext context = start(Sending.class, trial, progress)) {
			StageRef sender = context.getBean(StageSystem.class).find("orders-to-link").orElseThrow();
			while (!progress.isDone()) {
				progress.reach(sender.counts().in());
				Thread.sleep(1); // how exact it is
			}
		}
	}

	@Override
	public void receive(Trial trial, Progress progress) throws Exception {
		try (ConfigurableApplicationContext context = start(Receiving.class, trial, progress)) {
			Assert.state(context.isActive(), "it has not started");
			progress.await();
		}
	}

	/**
	 * Has the stage whose events travel.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GenStageAutoConfiguration.class, GenStageLinkAutoConfiguration.class,
			JacksonAutoConfiguration.class })
	static class Sending {

		private final Trial trial;

		Sending(Trial trial) {
			this.trial = trial;
		}

		@Producer(name = "orders")
		Stream<Order> produce() {
			return LongStream.range(0, this.trial.events()).mapToObj((number) -> Order.of(number, this.trial.bytes()));
		}

	}

	/**
	 * Has the stage that handles them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GenStageAutoConfiguration.class, GenStageLinkAutoConfiguration.class,
			JacksonAutoConfiguration.class })
	static class Receiving {

		private final Progress progress;

		Receiving(Progress progress) {
			this.progress = progress;
		}

		@Consumer(name = "book", subscribeTo = "orders")
		void book(Order order) {
			this.progress.add(1);
		}

	}

}
