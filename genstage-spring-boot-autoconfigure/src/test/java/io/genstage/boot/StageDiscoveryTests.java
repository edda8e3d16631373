package io.genstage.boot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.pipeline.StageDefinition;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.ApplicationObjectSupport;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which beans and methods are found to be stages.
 */
class StageDiscoveryTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Numbers.class);

	@Nested
	class ByAnAnnotationOfOnesOwn {

		@Test
		void areMethodsWithTheAttributesItPassesOn() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(Composed.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(2, 4);
				assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
					.containsExactly("numbers", "doubled", "kept");
				StageDefinition doubled = TestContexts.registry(context).definitions().get(1);
				assertThat(doubled.producers().get(0).optionsFor(1).maxDemand()).isEqualTo(7);
			});
		}

		@Test
		void areMethodsThroughTwoLevels() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(ComposedTwice.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1, 2));
		}

		@Test
		void areClasses() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(Doubling.class, KeepDoubled.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(2, 4));
		}

	}

	@Nested
	class WithAdvice {

		@ParameterizedTest(name = "proxy of the class: {0}")
		@ValueSource(booleans = { true, false })
		void areCalledThroughIt(boolean proxyTargetClass) {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(Advice.class, TransactionalKeeper.class)
				.withPropertyValues("proxy.class=" + proxyTargetClass)
				.run((context) -> TestContexts.sink(context).awaitExactly("begin", List.of(1, 2), "commit"));
		}

	}

	@Nested
	class OfScopes {

		@Test
		void areFoundOnceAndCalledThroughTheScopedProxy() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(Scoped.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(1, 2);
				assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
					.containsExactly("numbers", "keep");
			});
		}

		@Test
		void areMadeOnceIfTheyArePrototypes() {
			StageDiscoveryTests.this.contextRunner.withBean(AtomicInteger.class, () -> new AtomicInteger())
				.withUserConfiguration(Prototypes.class)
				.run((context) -> {
					TestContexts.sink(context).awaitExactly(1, 2);
					assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
				});
		}

	}

	@Nested
	class Inherited {

		@Test
		void areMethodsThatAreOverriddenWithoutAnnotation() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(Overriding.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("overridden 1", "overridden 2"));
		}

		@Test
		void areMethodsOfClassesThatExtendThoseOfSpring() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(OnTopOfSpring.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1, 2));
		}

		@Test
		void areDefaultMethodsOfInterfaces() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(ByDefault.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1, 2));
		}

		@Test
		void takeAnythingIfATypeVariableIsNotBound() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(Unbound.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1, 2));
		}

	}

	@Nested
	class ThatAreNone {

		@Test
		void areNotCreatedByFactoryBeans() {
			StageDiscoveryTests.this.contextRunner.withUserConfiguration(Factories.class).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeanFactory().containsSingleton("expensive")).isTrue();
				assertThat(context.getBean("&expensive", Expensive.class).made).isZero();
				assertThat(context.getBeanFactory().containsSingleton("lazyFactory")).isFalse();
				assertThat(context.getBeanFactory().containsSingleton("lazyUntyped")).isFalse();
			});
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

	@Target({ ElementType.TYPE, ElementType.METHOD })
	@Retention(RetentionPolicy.RUNTIME)
	@ProducerConsumer(subscribeTo = "numbers")
	@interface FromNumbers {

		@AliasFor(annotation = ProducerConsumer.class, attribute = "name")
		String value();

		@AliasFor(annotation = ProducerConsumer.class)
		int maxDemand() default ProducerConsumer.UNSET;

	}

	@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@Consumer
	@interface Last {

		@AliasFor(annotation = Consumer.class, attribute = "subscribeTo")
		String[] of();

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Last(of = "numbers")
	@interface LastOfNumbers {

	}

	static class Composed {

		private final Sink sink;

		Composed(Sink sink) {
			this.sink = sink;
		}

		@FromNumbers(value = "doubled", maxDemand = 7)
		int twice(int number) {
			return 2 * number;
		}

		@Last(of = "doubled")
		void kept(int number) {
			this.sink.add(number);
		}

	}

	static class ComposedTwice {

		private final Sink sink;

		ComposedTwice(Sink sink) {
			this.sink = sink;
		}

		@LastOfNumbers
		void keep(int number) {
			this.sink.add(number);
		}

	}

	@FromNumbers("doubled")
	static class Doubling implements Function<Integer, Integer> {

		@Override
		public Integer apply(Integer number) {
			return 2 * number;
		}

	}

	@Last(of = "doubled")
	static class KeepDoubled implements java.util.function.Consumer<Integer> {

		private final Sink sink;

		KeepDoubled(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void accept(Integer number) {
			this.sink.add(number);
		}

	}

	static class OnTopOfSpring extends ApplicationObjectSupport {

		@Consumer(name = "kept", subscribeTo = "numbers")
		void keep(Integer number) {
			TestContexts.sink(obtainApplicationContext()).add(number);
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@interface InTransaction {

	}

	@Configuration(proxyBeanMethods = false)
	static class Advice {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies(org.springframework.core.env.Environment environment) {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(environment.getRequiredProperty("proxy.class", Boolean.class));
			return creator;
		}

		@Bean
		static DefaultPointcutAdvisor transactions(Sink sink) {
			MethodInterceptor advice = (invocation) -> {
				sink.add("begin");
				Object result = invocation.proceed();
				sink.add("commit");
				return result;
			};
			return new DefaultPointcutAdvisor(AnnotationMatchingPointcut.forMethodAnnotation(InTransaction.class),
					advice);
		}

	}

	interface Keeping {

		void keep(List<Integer> numbers);

	}

	static class TransactionalKeeper implements Keeping {

		private final Sink sink;

		TransactionalKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		@InTransaction
		@Consumer(subscribeTo = "numbers")
		public void keep(List<Integer> numbers) {
			this.sink.add(numbers);
		}

	}

	static class Keeper {

		private final Sink sink;

		Keeper(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(int number) {
			this.sink.add(number);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		static CustomScopeConfigurer scopes() {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			scopes.addScope("thread", new SimpleThreadScope());
			return scopes;
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Keeper keeper(Sink sink) {
			return new Keeper(sink);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototypes {

		@Bean
		@Scope("prototype")
		Keeper keeper(Sink sink, AtomicInteger made) {
			made.incrementAndGet();
			return new Keeper(sink);
		}

	}

	static class Overriding extends Keeper {

		private final Sink sink;

		Overriding(Sink sink) {
			super(sink);
			this.sink = sink;
		}

		@Override
		void keep(int number) {
			this.sink.add("overridden " + number);
		}

	}

	interface KeepingByDefault {

		Sink sink();

		@Consumer(subscribeTo = "numbers")
		default void keep(int number) {
			sink().add(number);
		}

	}

	record ByDefault(Sink sink) implements KeepingByDefault {

	}

	static class Unbound<T> {

		private final Sink sink;

		Unbound(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(T event) {
			this.sink.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

		@Bean
		Expensive expensive() {
			return new Expensive();
		}

		@Bean
		@Lazy
		Expensive lazyFactory() {
			return new Expensive();
		}

		@Bean
		@Lazy
		FactoryBean<?> lazyUntyped() {
			return new Expensive();
		}

	}

	static class Expensive implements FactoryBean<StringBuilder> {

		private int made;

		@Override
		public StringBuilder getObject() {
			this.made++;
			return new StringBuilder();
		}

		@Override
		public @Nullable Class<?> getObjectType() {
			return StringBuilder.class;
		}

	}

}
