package io.genstage.boot;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages of beans that are behind a scoped proxy or made by a factory: they have the
 * annotations and the types of the bean itself.
 */
class IndirectBeanTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Scopes.class);

	@Nested
	class Consumers {

		@ParameterizedTest
		@ValueSource(classes = { BeanBehindInterfaces.class, BeanBehindClass.class, ClassBehindInterfaces.class,
				ClassBehindClass.class, MethodBehindInterfaces.class, MethodBehindClass.class, MadeByBeanMethod.class,
				MadeByClass.class, MadeByRawFactory.class, MadeBySilentFactory.class, MadeWithAnnotation.class,
				MadeWithMethod.class, MethodOfFactory.class, MadeBehindInterfaces.class, MadeLazily.class,
				MadeByProducerConsumer.class })
		void areCalledByTheTypesOfTheBeanItself(Class<?> configuration) {
			IndirectBeanTests.this.contextRunner.withUserConfiguration(Numbers.class, configuration).run((context) -> {
				assertThat(context).hasNotFailed();
				TestContexts.sink(context).awaitExactly(List.of(1, 2));
				assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
					.startsWith("numbers")
					.contains("keep");
			});
		}

		@ParameterizedTest
		@ValueSource(classes = { BeanBehindInterfaces.class, BeanBehindClass.class, ClassBehindInterfaces.class,
				ClassBehindClass.class, MethodBehindInterfaces.class, MethodBehindClass.class, MadeByBeanMethod.class,
				MadeByClass.class, MadeByRawFactory.class, MadeBySilentFactory.class, MadeWithAnnotation.class,
				MadeWithMethod.class, MethodOfFactory.class, MadeBehindInterfaces.class, MadeLazily.class })
		void areRefusedForEventsOfAnotherType(Class<?> configuration) {
			IndirectBeanTests.this.contextRunner.withUserConfiguration(Words.class, configuration)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessageContaining("stage 'keep' takes java.lang.Integer, but 'numbers', "
							+ "which it subscribes to, emits java.lang.String"));
		}

	}

	@Nested
	class Suppliers {

		@ParameterizedTest
		@ValueSource(classes = { StreamBehindInterfaces.class, StreamByBeanMethod.class, StreamByClass.class,
				StreamByRawFactory.class, StreamBySilentFactory.class })
		void ofStreamsAreReadOnce(Class<?> configuration) {
			IndirectBeanTests.this.contextRunner.withUserConfiguration(Keeper.class, configuration).run((context) -> {
				assertThat(context).hasNotFailed();
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactly(1, 2);
			});
		}

		@Test
		void ofStreamsFailIfNoTypeSaysSo() {
			IndirectBeanTests.this.contextRunner.withUserConfiguration(Keeper.class, StreamOfNoType.class)
				.withPropertyValues("genstage.defaults.restart.max-restarts=0")
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.FAILED);
					assertThat(TestContexts.sink(context).events()).isEmpty();
				});
		}

	}

	@Nested
	class OfAScopeThatIsRefreshed {

		@Test
		void areCalledOnTheBeanOfTheMoment() {
			IndirectBeanTests.this.contextRunner.withUserConfiguration(Refreshed.class).run((context) -> {
				EventQueue<?> queue = context.getBean(EventQueue.class);
				offer(queue, "a");
				TestContexts.sink(context).awaitExactly("a in 1");
				context.getBean(RefreshScope.class).refresh();
				offer(queue, "b");
				TestContexts.sink(context).awaitExactly("a in 1", "b in 2");
			});
		}

		@SuppressWarnings("unchecked") // as it was declared
		private static void offer(EventQueue<?> queue, String event) {
			assertThat(((EventQueue<String>) queue).offer(event)).isTrue();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scopes {

		@Bean
		static RefreshScope refreshScope() {
			return new RefreshScope();
		}

		@Bean
		static CustomScopeConfigurer scopes(RefreshScope refreshScope) {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			scopes.addScope("thread", new SimpleThreadScope());
			scopes.addScope("refresh", refreshScope);
			return scopes;
		}

	}

	/**
	 * Keeps beans until it has to make new ones.
	 */
	static class RefreshScope implements org.springframework.beans.factory.config.Scope {

		private final Map<String, Object> beans = new ConcurrentHashMap<>();

		void refresh() {
			this.beans.clear();
		}

		@Override
		public Object get(String name, ObjectFactory<?> factory) {
			return this.beans.computeIfAbsent(name, (absent) -> factory.getObject());
		}

		@Override
		public @Nullable Object remove(String name) {
			return this.beans.remove(name);
		}

		@Override
		public void registerDestructionCallback(String name, Runnable callback) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return List.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Words {

		@Bean
		@Producer
		List<String> numbers() {
			return List.of("a");
		}

	}

	static class Keeper {

		private final Sink sink;

		Keeper(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
			this.sink.add(number);
		}

	}

	static class KeepAll implements java.util.function.Consumer<List<Integer>> {

		private final @Nullable Sink sink;

		/** For the proxy of its class. */
		KeepAll() {
			this.sink = null;
		}

		KeepAll(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void accept(List<Integer> numbers) {
			this.sink.add(List.copyOf(numbers));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanBehindInterfaces {

		@Bean
		@Consumer(subscribeTo = "numbers")
		@Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.INTERFACES)
		java.util.function.Consumer<List<Integer>> keep(Sink sink) {
			return (numbers) -> sink.add(List.copyOf(numbers));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanBehindClass {

		@Bean
		@Consumer(subscribeTo = "numbers")
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		KeepAll keep(Sink sink) {
			return new KeepAll(sink);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ClassBehindInterfaces.Keep.class)
	static class ClassBehindInterfaces {

		@Consumer(name = "keep", subscribeTo = "numbers")
		@Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.INTERFACES)
		static class Keep extends KeepAll {

			Keep(Sink sink) {
				super(sink);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ClassBehindClass.Keep.class)
	static class ClassBehindClass {

		@Consumer(name = "keep", subscribeTo = "numbers")
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		static class Keep extends KeepAll {

			Keep(Sink sink) {
				super(sink);
			}

		}

	}

	interface Keeping {

		void keep(List<Integer> numbers);

	}

	static class KeepingMethod implements Keeping {

		private final Sink sink;

		KeepingMethod(Sink sink) {
			this.sink = sink;
		}

		@Override
		@Consumer(subscribeTo = "numbers")
		public void keep(List<Integer> numbers) {
			this.sink.add(List.copyOf(numbers));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodBehindInterfaces {

		@Bean
		@Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.INTERFACES)
		KeepingMethod keeper(Sink sink) {
			return new KeepingMethod(sink);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodBehindClass {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		KeepingMethod keeper(Sink sink) {
			return new KeepingMethod(sink);
		}

	}

	/**
	 * Makes one bean of a class that it knows.
	 */
	static class Factory<T> implements FactoryBean<T> {

		private final T product;

		private final @Nullable Class<?> type;

		Factory(T product, @Nullable Class<?> type) {
			this.product = product;
			this.type = type;
		}

		@Override
		public T getObject() {
			return this.product;
		}

		@Override
		public @Nullable Class<?> getObjectType() {
			return this.type;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeByBeanMethod {

		@Bean
		@Consumer(subscribeTo = "numbers")
		FactoryBean<java.util.function.Consumer<List<Integer>>> keep(Sink sink) {
			return new Factory<>((numbers) -> sink.add(List.copyOf(numbers)), java.util.function.Consumer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(MadeByClass.Keep.class)
	static class MadeByClass {

		@Consumer(name = "keep", subscribeTo = "numbers")
		static class Keep extends Factory<java.util.function.Consumer<List<Integer>>> {

			Keep(Sink sink) {
				super((numbers) -> sink.add(List.copyOf(numbers)), java.util.function.Consumer.class);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeByRawFactory {

		@Bean
		@Consumer(subscribeTo = "numbers")
		FactoryBean<?> keep(Sink sink) {
			return new Factory<>(new KeepAll(sink), KeepAll.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeBySilentFactory {

		@Bean
		@Consumer(subscribeTo = "numbers")
		FactoryBean<?> keep(Sink sink) {
			return new Factory<>(new KeepAll(sink), null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeWithAnnotation {

		@Bean
		FactoryBean<Keep> keep(Sink sink) {
			return new Factory<>(new Keep(sink), Keep.class);
		}

		@Consumer(subscribeTo = "numbers")
		static class Keep extends KeepAll {

			Keep(Sink sink) {
				super(sink);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeWithMethod {

		@Bean
		FactoryBean<?> keeper(Sink sink) {
			return new Factory<>(new KeepingMethod(sink), KeepingMethod.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodOfFactory {

		@Bean
		KeepingFactory keeper(Sink sink) {
			return new KeepingFactory(sink);
		}

	}

	static class KeepingFactory extends Factory<String> {

		private final Sink sink;

		KeepingFactory(Sink sink) {
			super("made", String.class);
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(List<Integer> numbers) {
			this.sink.add(List.copyOf(numbers));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeBehindInterfaces {

		@Bean
		@Consumer(subscribeTo = "numbers")
		@Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.INTERFACES)
		FactoryBean<java.util.function.Consumer<List<Integer>>> keep(Sink sink) {
			return new Factory<>((numbers) -> sink.add(List.copyOf(numbers)), java.util.function.Consumer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeLazily {

		@Bean
		@Lazy
		@Consumer(subscribeTo = "numbers")
		FactoryBean<java.util.function.Consumer<List<Integer>>> keep(Sink sink) {
			return new Factory<>((numbers) -> sink.add(List.copyOf(numbers)), java.util.function.Consumer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeByProducerConsumer {

		@Bean
		@ProducerConsumer(subscribeTo = "numbers")
		FactoryBean<java.util.function.Function<List<Integer>, Stream<List<Integer>>>> all() {
			return new Factory<>((numbers) -> Stream.of(List.copyOf(numbers)), java.util.function.Function.class);
		}

		@Bean
		@Consumer(subscribeTo = "all")
		java.util.function.Consumer<Object> keep(Sink sink) {
			return sink::add;
		}

	}

	static class OneTwo implements Supplier<Stream<Integer>> {

		@Override
		public Stream<Integer> get() {
			return Stream.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StreamBehindInterfaces {

		@Bean
		@Producer
		@Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.INTERFACES)
		Supplier<Stream<Integer>> numbers() {
			return new OneTwo();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StreamByBeanMethod {

		@Bean
		@Producer
		FactoryBean<Supplier<Stream<Integer>>> numbers() {
			return new Factory<>(() -> Stream.of(1, 2), Supplier.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(StreamByClass.Numbers.class)
	static class StreamByClass {

		@Producer(name = "numbers")
		static class Numbers extends Factory<Supplier<Stream<Integer>>> {

			Numbers() {
				super(() -> Stream.of(1, 2), Supplier.class);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StreamByRawFactory {

		@Bean
		@Producer
		@SuppressWarnings("rawtypes") // as in old code
		FactoryBean numbers() {
			return new Factory<>(new OneTwo(), Supplier.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StreamBySilentFactory {

		@Bean
		@Producer
		FactoryBean<?> numbers() {
			return new Factory<>(new OneTwo(), null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StreamOfNoType {

		@Bean
		@Producer
		FactoryBean<?> numbers() {
			Supplier<Stream<Integer>> lambda = () -> Stream.of(1, 2);
			return new Factory<>(lambda, Supplier.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Refreshed {

		private int made;

		@Bean
		@Producer
		EventQueue<String> letters() {
			return new EventQueue<>(10);
		}

		@Bean
		@Consumer(subscribeTo = "letters")
		@Scope(scopeName = "refresh", proxyMode = ScopedProxyMode.TARGET_CLASS)
		java.util.function.Consumer<String> keep(Sink sink) {
			int number = ++this.made;
			return (letter) -> sink.add("%s in %d".formatted(letter, number));
		}

	}

}
