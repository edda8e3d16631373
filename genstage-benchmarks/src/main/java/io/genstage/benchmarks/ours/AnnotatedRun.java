package io.genstage.benchmarks.ours;

import java.util.concurrent.CompletableFuture;

import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

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
public final class AnnotatedRun implements WorkloadRun {

	private final AnnotatedStages.Source source;

	private final AnnotatedStages.Target target;

	private final ConfigurableApplicationContext application;

	private final int mappers;

	private AnnotatedRun(Workload workload, Class<?> mappers, Class<? extends AnnotatedStages.Target> target) {
		this.mappers = workload.mappers();
		SpringApplicationBuilder builder = new SpringApplicationBuilder(Application.class, AnnotatedStages.Source.class,
				target)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.properties("logging.level.root=WARN", "spring.threads.virtual.enabled=true",
					"benchmark.last=" + lastBeforeTarget());
		this.application = ((this.mappers > 0) ? builder.sources(mappers) : builder).run();
		this.source = this.application.getBean(AnnotatedStages.Source.class);
		this.target = this.application.getBean(AnnotatedStages.Target.class);
	}

	private String lastBeforeTarget() {
		return (this.mappers > 0) ? "mapper" + this.mappers : "numbers";
	}

	/** With handlers of lists. */
	public static AnnotatedRun ofLists(Workload workload) {
		return new AnnotatedRun(workload, AnnotatedStages.ListMappers.class, AnnotatedStages.ListTarget.class);
	}

	/** With handlers of one event. */
	public static AnnotatedRun ofEvents(Workload workload) {
		return new AnnotatedRun(workload, AnnotatedStages.EventMappers.class, AnnotatedStages.EventTarget.class);
	}

	/** Tells whether the stages come one after the other. */
	public static boolean supports(Workload workload) {
		return workload.consumers() == 1;
	}

	@Override
	public long sum(int events) throws Exception {
		CompletableFuture<Long> sum = this.target.expect(events - 1L + this.mappers);
		this.source.send(new Numbers(events));
		return sum.get();
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
