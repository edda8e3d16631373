package io.genstage.benchmarks;

import java.util.concurrent.CompletableFuture;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Methods of beans in a Spring Boot application, with meters. To start an application
 * takes longer than a run, so it stays up, and each run is fed to its producer.
 */
final class AnnotatedRun implements Run {

	private final AnnotatedStages.Source source;

	private final AnnotatedStages.Target target;

	private final ConfigurableApplicationContext application;

	private AnnotatedRun(Class<?> mappers, Class<? extends AnnotatedStages.Target> target, String last) {
		this.application = new SpringApplicationBuilder(Application.class, AnnotatedStages.Source.class, mappers,
				target)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.properties("logging.level.root=WARN", "spring.threads.virtual.enabled=true", "benchmark.last=" + last)
			.run();
		this.source = this.application.getBean(AnnotatedStages.Source.class);
		this.target = this.application.getBean(AnnotatedStages.Target.class);
	}

	/** With handlers of lists. */
	static AnnotatedRun ofLists(Workload workload) {
		return (workload.mappers() == 0)
				? new AnnotatedRun(Application.class, AnnotatedStages.ListTarget.class, "numbers")
				: new AnnotatedRun(AnnotatedStages.ListMappers.class, AnnotatedStages.ListTarget.class, "mapper3");
	}

	/** With handlers of one event. */
	static AnnotatedRun ofEvents(Workload workload) {
		return (workload.mappers() == 0)
				? new AnnotatedRun(Application.class, AnnotatedStages.EventTarget.class, "numbers")
				: new AnnotatedRun(AnnotatedStages.EventMappers.class, AnnotatedStages.EventTarget.class, "mapper3");
	}

	/** Whether the annotated stages are the ones of a workload: one after the other. */
	static boolean supports(Workload workload) {
		return workload.consumers() == 1;
	}

	@Override
	public long sum(int events) throws Exception {
		CompletableFuture<Adder> sum = this.target.expect(events);
		this.source.send(new Numbers(events));
		return sum.get().sum();
	}

	ConfigurableApplicationContext application() {
		return this.application;
	}

	/** The stages complete first, so that the application need not wait for them. */
	@Override
	public void close() {
		this.source.end();
		this.application.close();
	}

	/**
	 * What a user has.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
