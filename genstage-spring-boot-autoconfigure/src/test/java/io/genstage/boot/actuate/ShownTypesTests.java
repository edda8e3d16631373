package io.genstage.boot.actuate;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.TestContexts;
import io.genstage.boot.Unrestartable;
import io.genstage.boot.actuate.GenStageEndpoint.PipelinesDescriptor;
import io.genstage.pipeline.PipelineState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that leaves the process through actuator is made of texts, numbers, times
 * and types of this library, down to the last component: a serializer would call the
 * methods of any other object.
 */
class ShownTypesTests {

	/** What may be in an answer that has a status of its own, besides text. */
	private static final List<Class<?>> BODIES = List.of(PipelinesDescriptor.class, PipelineViews.Topology.class,
			PipelineViews.Numbers.class, GenStageEndpointWebExtension.BegunDescriptor.class, RefusalDescriptor.class);

	@ParameterizedTest
	@MethodSource("operations")
	void areOursInWhatTheEndpointAnswers(Method operation) {
		List<String> foreign = new ArrayList<>();
		walk(operation.getGenericReturnType(), operation.getName(), foreign, new HashSet<>());
		assertThat(foreign).isEmpty();
	}

	static Stream<Method> operations() {
		List<Method> operations = Stream.of(GenStageEndpoint.class, GenStageEndpointWebExtension.class)
			.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
			.filter((method) -> Stream.of(ReadOperation.class, WriteOperation.class, DeleteOperation.class)
				.anyMatch((operation) -> AnnotatedElementUtils.hasAnnotation(method, operation)))
			.toList();
		assertThat(operations).isNotEmpty();
		return operations.stream();
	}

	@Test
	void areOursInHealthAndMeters() {
		TestContexts.runner()
			.withUserConfiguration(Stages.class)
			.withPropertyValues("genstage.defaults.failure.enabled=false")
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.FAILED);
				List<String> foreign = new ArrayList<>();
				Map<String, Object> details = new GenStageHealthIndicator(TestContexts.registry(context)).health()
					.getDetails();
				assertThat(details).containsKeys("pipelines", "failed");
				walkValue(details, "health", foreign);
				assertThat(foreign).isEmpty();
				MeterRegistry meters = new SimpleMeterRegistry();
				new GenStageMetrics(TestContexts.registry(context)).bindTo(meters);
				assertThat(meters.getMeters()).flatExtracting((meter) -> meter.getId().getTags())
					.filteredOn((tag) -> !Set.of("state", "outcome", "le").contains(tag.getKey()))
					.extracting(Tag::getValue)
					.isSubsetOf("numbers", "failing", "producer", "consumer");
			});
	}

	private static void walk(Type type, String path, List<String> foreign, Set<Type> seen) {
		if (!seen.add(type)) {
			return;
		}
		if (type instanceof ParameterizedType parameterized
				&& parameterized.getRawType() == WebEndpointResponse.class) {
			BODIES.forEach((body) -> walk(body, path, foreign, seen));
		}
		else if (type instanceof ParameterizedType parameterized
				&& isContainer((Class<?>) parameterized.getRawType())) {
			Arrays.stream(parameterized.getActualTypeArguments())
				.forEach((argument) -> walk(argument, path + "[]", foreign, seen));
		}
		else if (type instanceof Class<?> aClass && aClass.isRecord() && isOurs(aClass)) {
			for (RecordComponent component : aClass.getRecordComponents()) {
				walk(component.getGenericType(), path + "." + component.getName(), foreign, seen);
			}
		}
		else if (!(type instanceof Class<?> aClass) || !isPlain(aClass)) {
			foreign.add("%s is a %s".formatted(path, type));
		}
	}

	private static void walkValue(Object value, String path, List<String> foreign) {
		if (value instanceof Map<?, ?> map) {
			map.forEach((key, element) -> {
				walkValue(key, path + " key", foreign);
				walkValue(element, path + "." + key, foreign);
			});
		}
		else if (value instanceof Collection<?> elements) {
			elements.forEach((element) -> walkValue(element, path + "[]", foreign));
		}
		else {
			walk(value.getClass(), path, foreign, new HashSet<>());
		}
	}

	private static boolean isContainer(Class<?> type) {
		return type == List.class || type == Map.class;
	}

	private static boolean isPlain(Class<?> type) {
		return type == String.class || type == boolean.class || type == Boolean.class || type == int.class
				|| type == Integer.class || type == long.class || type == Long.class || type == double.class
				|| type == Double.class || type == Instant.class || (type.isEnum() && isOurs(type));
	}

	private static boolean isOurs(Class<?> type) {
		return type.getName().startsWith("io.genstage.");
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Bean
		@Producer
		Iterable<Integer> numbers() {
			return List.of(1);
		}

		@Bean
		@Consumer(subscribeTo = "numbers")
		Unrestartable failing() {
			return new Unrestartable();
		}

	}

}
