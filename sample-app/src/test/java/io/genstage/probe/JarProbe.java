package io.genstage.probe;

import java.sql.Driver;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.TaskPerEvent;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.StageChange;
import io.genstage.sample.SampleApplication;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * The sample application with some stages more, which look around on each kind of thread.
 * Prints what they found, and exits with 0 if each found everything.
 */
@Configuration(proxyBeanMethods = false)
public class JarProbe {

	private static final List<String> PLACES = List.of("produce", "on the pool", "on threads of the user's",
			"on the caller or a timer", "in a task", "when a stage is started again", "in a listener");

	private final Map<String, String> found = new ConcurrentHashMap<>();

	private final CountDownLatch missing = new CountDownLatch(PLACES.size());

	/**
	 * Starts the application.
	 * @param args the command line
	 */
	public static void main(String[] args) throws InterruptedException {
		// As whoever wakes stages may be: a thread that knows nothing of the application.
		ExecutorService strangers = Executors.newSingleThreadExecutor((task) -> {
			Thread thread = new Thread(task, "stranger");
			thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
			return thread;
		});
		ConfigurableApplicationContext context = new SpringApplicationBuilder(SampleApplication.class, JarProbe.class)
			.run(args);
		JarProbe probe = context.getBean(JarProbe.class);
		strangers.execute(() -> probe.wake(context));
		boolean complete = probe.missing.await(50, TimeUnit.SECONDS);
		strangers.shutdownNow();
		new TreeMap<>(probe.found).forEach((place, what) -> System.out.println("probe: " + place + ": " + what));
		boolean good = complete && probe.found.values().stream().allMatch("everything"::equals);
		System.exit(SpringApplication.exit(context, () -> good ? 0 : 1));
	}

	@SuppressWarnings("unchecked") // the queue is that of this class
	private void wake(ConfigurableApplicationContext context) {
		EventQueue<String> questions = context.getBean("questions", EventQueue.class);
		questions.offer("first");
		context.getBean(StageRegistry.class).restart("onCallers").toCompletableFuture().join();
		questions.offer("second");
	}

	private void lookAround(String place) {
		String missing = whatIsMissing();
		if (this.found.put(place, (missing != null) ? missing : "everything") == null) {
			this.missing.countDown();
		}
	}

	private static @Nullable String whatIsMissing() {
		ClassLoader application = Objects.requireNonNull(JarProbe.class.getClassLoader());
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		if (loader != application || loader == ClassLoader.getSystemClassLoader()) {
			return "the class loader of %s is %s".formatted(Thread.currentThread(), loader);
		}
		if (loader.getResource("earthquakes.geojson") == null) {
			return "the resource of the sample";
		}
		if (!ResourceBundle.getBundle("greetings", Locale.ROOT, loader).getString("greeting").equals("Good day")) {
			return "the resource bundle";
		}
		if (ServiceLoader.load(Greeting.class).findFirst().isEmpty()) {
			return "the service";
		}
		// Of a library within the jar.
		return ServiceLoader.load(Driver.class)
			.stream()
			.anyMatch((driver) -> driver.type().getName().startsWith("org.h2.")) ? null : "the driver of the database";
	}

	@Bean
	@Producer(dispatcher = "broadcast")
	EventQueue<String> questions() {
		return new EventQueue<>(10);
	}

	@Consumer(subscribeTo = "questions")
	void onThePool(String question) {
		lookAround("on the pool");
	}

	@Producer
	List<String> produced(long demand) {
		lookAround("produce");
		return List.of("produced");
	}

	@Consumer(subscribeTo = "produced", maxDemand = 1)
	void ignore(String produced) {
	}

	@Consumer(subscribeTo = "questions", executor = "threadsOfTheUser")
	void onOwnThreads(String question) {
		lookAround("on threads of the user's");
	}

	@Bean
	@Consumer(subscribeTo = "questions", executor = "callers")
	ConsumerStage<String> onCallers() {
		return new Timed();
	}

	@Consumer(subscribeTo = "questions", taskPerEvent = @TaskPerEvent)
	void inATask(String question) {
		lookAround("in a task");
	}

	@EventListener
	void listen(StageChange change) {
		lookAround("in a listener");
	}

	@Bean(defaultCandidate = false)
	ExecutorService threadsOfTheUser() {
		return Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "own");
			thread.setContextClassLoader(null);
			return thread;
		});
	}

	@Bean(defaultCandidate = false)
	Executor callers() {
		return Runnable::run;
	}

	/**
	 * A consumer that is woken by a timer.
	 */
	private final class Timed implements ConsumerStage<String> {

		private int starts;

		@Override
		public void onStart(StageContext context) {
			if (this.starts++ > 0) {
				lookAround("when a stage is started again");
			}
			context.tellLater(Duration.ofMillis(1), "look around");
		}

		@Override
		public void onInfo(Object message) {
			lookAround("on the caller or a timer");
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
		}

		@Override
		public void onCancel(Subscription subscription, Cancellation cancellation) {
		}

	}

}
