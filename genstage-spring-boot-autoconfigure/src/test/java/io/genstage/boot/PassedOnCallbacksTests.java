package io.genstage.boot;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.batch.BatchConsumer;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.BatchProducerConsumer;
import io.genstage.boot.handler.ProducerInContext;
import io.genstage.rate.RateLimit;
import io.genstage.rate.RateLimitedConsumer;
import io.genstage.rate.RateLimitedProducer;
import io.genstage.rate.RateLimitedProducerConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage that stands before another one, of the core or of this module, passes every
 * callback on. The callbacks are read from the interfaces, so that a new one can't be
 * forgotten.
 */
class PassedOnCallbacksTests {

	private static final List<Class<? extends Stage>> KINDS = List.of(ProducerStage.class, ProducerConsumerStage.class,
			ConsumerStage.class);

	private static final RateLimit LIMIT = RateLimit.of(100, Duration.ofSeconds(1));

	private static final SubscribeOptions BY_HAND = SubscribeOptions.defaults()
		.withManualDemand()
		.withCancel(CancelMode.TEMPORARY);

	/**
	 * What collects batches refuses a stage that asks itself, the only one to be
	 * notified.
	 */
	private static final Set<String> NEVER_OF_BATCHES = Set.of("onRetune");

	/** Asked only where a pipeline keeps places of consumers. */
	private static final String WITHDRAWING = "withdrawDemand";

	@Test
	void areOverriddenByAllStagesThatHoldAnother() {
		List<JavaClass> wrappers = new ClassFileImporter()
			.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.genstage")
			.stream()
			.filter((type) -> type.isAssignableTo(Stage.class) && holdsAnother(type))
			.toList();
		assertThat(wrappers).extracting(JavaClass::getSimpleName)
			.contains("ProducerInContext", "RateLimitedProducer", "RateLimitedConsumer", "RateLimitedProducerConsumer",
					"BatchConsumer", "BatchProducerConsumer", "Sequence", "TaskPerEventConsumer");
		assertThat(wrappers).allSatisfy((wrapper) -> assertThat(callbacks(wrapper.reflect()))
			.allSatisfy((callback) -> assertThat(overrides(wrapper.reflect(), callback))
				.as("%s overrides %s", wrapper.getSimpleName(), callback)
				.isTrue()));
	}

	private static boolean holdsAnother(JavaClass type) {
		return type.getFields().stream().anyMatch((field) -> field.getRawType().isAssignableTo(Stage.class));
	}

	private static boolean overrides(Class<?> wrapper, String callback) {
		return Arrays.stream(wrapper.getDeclaredMethods()).anyMatch((method) -> method.getName().equals(callback));
	}

	static Stream<Wrapped> wrapped() {
		Recorder producer = new Recorder(ProducerStage.class, false);
		Recorder limitedProducer = new Recorder(ProducerStage.class, false);
		Recorder limitedConsumer = new Recorder(ConsumerStage.class, true);
		Recorder limitedBoth = new Recorder(ProducerConsumerStage.class, true);
		Recorder batchConsumer = new Recorder(ConsumerStage.class, false);
		Recorder batchBoth = new Recorder(ProducerConsumerStage.class, false);
		BatchOptions ofOne = BatchOptions.defaults().withSize(1);
		return Stream.of(
				new Wrapped(producer, new ProducerInContext((context) -> producer.producer(), true),
						Set.of("isRestartable", WITHDRAWING)),
				new Wrapped(limitedProducer, RateLimitedProducer.of(LIMIT, limitedProducer.producer()),
						Set.of(WITHDRAWING)),
				new Wrapped(limitedConsumer, RateLimitedConsumer.of(LIMIT, limitedConsumer.consumer()), Set.of()),
				new Wrapped(limitedBoth, RateLimitedProducerConsumer.of(LIMIT, limitedBoth.producerConsumer()),
						Set.of()),
				new Wrapped(batchConsumer, BatchConsumer.before(ofOne, batchConsumer.consumer()), NEVER_OF_BATCHES),
				new Wrapped(batchBoth, BatchProducerConsumer.before(ofOne, batchBoth.producerConsumer()),
						NEVER_OF_BATCHES));
	}

	@ParameterizedTest
	@MethodSource("wrapped")
	void reachTheStageBehind(Wrapped wrapped) throws Exception {
		try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
			StageRef tested = system.start("tested", wrapped.stage(), wrapped.stage() instanceof ConsumerStage
					? StageOptions.defaults() : StageOptions.defaults().withBufferSize(0));
			Subscription asking = (wrapped.stage() instanceof ConsumerStage) ? null : askAsConsumer(system, tested);
			if (!(wrapped.stage() instanceof ProducerStage)) {
				sendAsProducer(system, tested);
			}
			tested.tell("info");
			assertThat(tested.call("question", Duration.ofSeconds(1))).isNotNull();
			tested.status();
			wrapped.stage().isRestartable();
			if (asking != null) {
				asking.ask(100);
			}
			if (wrapped.stage() instanceof ProducerStage<?> producer) {
				producer.withdrawDemand(1);
			}
			tested.flush();
			tested.consumersGone(ExitReason.NORMAL);
			tested.beginDrain();
			tested.drain();
			List.copyOf(system.stages())
				.stream()
				.filter((stage) -> !stage.equals(tested))
				.forEach((stage) -> assertThat(stage.stop(ExitReason.NORMAL)).isCompleted());
			assertThat(tested.stop(ExitReason.SHUTDOWN)).isCompleted();
		}
		Set<String> expected = callbacks(wrapped.stage().getClass());
		expected.removeAll(wrapped.exceptions());
		assertThat(wrapped.recorder().called).containsAll(expected);
	}

	private static Subscription askAsConsumer(StageSystem system, StageRef tested) {
		StageRef consumer = system.start("consumer", (ConsumerStage<Object>) (events, from) -> {
		});
		Subscription subscription = consumer.subscribeTo(tested, BY_HAND).toCompletableFuture().join();
		subscription.ask(2);
		return subscription;
	}

	private static void sendAsProducer(StageSystem system, StageRef tested) {
		Iterator<Object> events = List.<Object>of("a", "b", "c").iterator();
		StageRef producer = system.start("producer",
				(ProducerStage<Object>) (demand) -> events.hasNext() ? List.of(events.next()) : List.of());
		Subscription subscription = tested
			.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(2).withCancel(CancelMode.TEMPORARY))
			.toCompletableFuture()
			.join();
		assertThat(subscription.retune(3, 1)).isCompleted();
	}

	/** Returns the names of the callbacks that a stage of this class can get. */
	private static Set<String> callbacks(Class<?> stage) {
		return KINDS.stream()
			.filter((kind) -> kind.isAssignableFrom(stage))
			.flatMap((kind) -> Arrays.stream(kind.getMethods()))
			.filter(Predicate.not((method) -> Modifier.isStatic(method.getModifiers())))
			.map(Method::getName)
			// Each object answers for itself.
			.filter(Predicate.not("isShareable"::equals))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * A stage and what stands before it.
	 */
	record Wrapped(Recorder recorder, Stage stage, Set<String> exceptions) {

		@Override
		public String toString() {
			return this.stage.getClass().getSimpleName();
		}

	}

	/**
	 * A stage of any kind that notes which callbacks it gets. It emits more than it is
	 * asked for.
	 */
	private static final class Recorder {

		private final Class<? extends Stage> kind;

		private final boolean asksItself;

		private final Set<String> called = new HashSet<>();

		Recorder(Class<? extends Stage> kind, boolean asksItself) {
			this.kind = kind;
			this.asksItself = asksItself;
		}

		ProducerStage<Object> producer() {
			return stage();
		}

		ConsumerStage<Object> consumer() {
			return stage();
		}

		ProducerConsumerStage<Object, Object> producerConsumer() {
			return stage();
		}

		@SuppressWarnings("unchecked") // the proxy is of that kind
		private <S extends Stage> S stage() {
			return (S) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { this.kind },
					(proxy, method, arguments) -> called(method, arguments));
		}

		private @Nullable Object called(Method method, Object @Nullable [] arguments) {
			this.called.add(method.getName());
			if (method.getName().equals("onSubscribe") && arguments != null && arguments[0] == Peer.PRODUCER
					&& this.asksItself) {
				((Subscription) arguments[1]).ask(1);
			}
			if (method.getReturnType() == List.class) {
				return method.getName().startsWith("handle") ? List.of(1, 2, 3, 4, 5) : List.of();
			}
			if (method.getReturnType() == boolean.class) {
				return method.getName().equals("asksItself") && this.asksItself;
			}
			return (method.getReturnType() == long.class) ? 0L : null;
		}

	}

}
