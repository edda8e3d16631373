package io.genstage.boot;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage that stands before another one, of the core or of this module, passes every
 * callback on. The callbacks are read from the interfaces, so that a new one can't be
 * forgotten.
 */
class PassedOnCallbacksTests {

	private static final List<Class<? extends Stage>> KINDS = List.of(ProducerStage.class, ProducerConsumerStage.class,
			ConsumerStage.class);

	private static final SubscribeOptions BY_HAND = SubscribeOptions.defaults()
		.withManualDemand()
		.withCancel(CancelMode.TEMPORARY);

	/** What is not passed on, or only where a pipeline keeps places of consumers. */
	private static final Set<String> EXCEPTIONS = Set.of("isRestartable", "withdrawDemand");

	@Test
	void areOverriddenByAllStagesThatHoldAnother() {
		List<JavaClass> wrappers = new ClassFileImporter()
			.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.genstage")
			.stream()
			.filter((type) -> type.isAssignableTo(Stage.class) && holdsAnother(type))
			.toList();
		assertThat(wrappers).extracting(JavaClass::getSimpleName).contains("DeferredProducer");
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

	@Test
	void reachTheProducerBehind() throws Exception {
		Set<String> called = new HashSet<>();
		Stage stage = Sources.deferred((context) -> noting(called));
		try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
			StageRef tested = system.start("tested", stage, StageOptions.defaults().withBufferSize(0));
			StageRef consumer = system.start("consumer", (ConsumerStage<Object>) (events, from) -> {
			});
			consumer.subscribeTo(tested, BY_HAND).toCompletableFuture().join().ask(2);
			tested.tell("info");
			assertThat(tested.call("question", Duration.ofSeconds(1))).isNotNull();
			tested.status();
			tested.flush();
			tested.consumersGone(ExitReason.NORMAL);
			tested.beginDrain();
			tested.drain();
			assertThat(consumer.stop(ExitReason.NORMAL)).isCompleted();
			assertThat(tested.stop(ExitReason.SHUTDOWN)).isCompleted();
		}
		Set<String> expected = callbacks(ProducerStage.class);
		expected.removeAll(EXCEPTIONS);
		assertThat(called).containsAll(expected);
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
	 * Returns a producer that notes which callbacks it gets, and emits more than it is
	 * asked for.
	 */
	@SuppressWarnings("unchecked") // the proxy is of that kind
	private static ProducerStage<Object> noting(Set<String> called) {
		return (ProducerStage<Object>) Proxy.newProxyInstance(PassedOnCallbacksTests.class.getClassLoader(),
				new Class<?>[] { ProducerStage.class }, (proxy, method, arguments) -> {
					called.add(method.getName());
					return answer(method);
				});
	}

	private static @Nullable Object answer(Method method) {
		if (method.getReturnType() == List.class) {
			return method.getName().startsWith("handle") ? List.of(1, 2, 3, 4, 5) : List.of();
		}
		if (method.getReturnType() == boolean.class) {
			return false;
		}
		if (method.getReturnType() == OptionalLong.class) {
			return OptionalLong.empty();
		}
		return (method.getReturnType() == long.class) ? 0L : null;
	}

}
