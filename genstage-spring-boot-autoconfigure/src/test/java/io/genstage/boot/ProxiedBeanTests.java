package io.genstage.boot;

import java.util.List;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.OverridingClassLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages of beans behind proxies, and of beans that are created late.
 */
class ProxiedBeanTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withBean(Numbers.class);

	@Nested
	class BehindAnInterfaceProxy {

		private final ApplicationContextRunner contextRunner = ProxiedBeanTests.this.contextRunner
			.withUserConfiguration(InterfaceProxies.class);

		@Test
		void areCalledThroughTheirAdvice() {
			this.contextRunner.withBean("advised", BatchKeeper.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("advice", List.of(1, 2)));
		}

		@Test
		void areCoreStages() {
			this.contextRunner.withBean("advised", CoreKeeper.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1, 2));
		}

		@Test
		void mustHaveTheMethodInTheInterface() {
			this.contextRunner.withBean("advised", HiddenKeeper.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessageStartingWith(
							"@Consumer method 'HiddenKeeper.keep' of bean 'advised': it can't be called on the bean: "
									+ "Need to invoke method 'keep' declared on target class 'HiddenKeeper', "
									+ "but not found in any interface(s) of the exposed proxy type."));
		}

	}

	@Nested
	class BehindAClassProxy {

		private final ApplicationContextRunner contextRunner = ProxiedBeanTests.this.contextRunner
			.withUserConfiguration(ClassProxies.class);

		@Test
		void areCalledThroughTheirAdvice() {
			this.contextRunner.withBean("advised", BatchKeeper.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("advice", List.of(1, 2)));
		}

		@Test
		void mayHaveThePackagePrivateMethod() {
			this.contextRunner.withBean("advised", HiddenKeeper.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("advice", 1, "advice", 2));
		}

		@Test
		void mustNotHaveThePrivateMethod() {
			this.contextRunner.withBean("advised", PrivateKeeper.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessageStartingWith("@Consumer method 'PrivateKeeper.keep' of bean 'advised': it is private"));
		}

	}

	@Nested
	class CreatedLate {

		@Test
		void areCreatedIfTheyAreStages() {
			ProxiedBeanTests.this.contextRunner.withUserConfiguration(LazyBeans.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(1, 2));
		}

		@Test
		void areLeftAloneIfTheyAreNone() {
			ProxiedBeanTests.this.contextRunner.withUserConfiguration(LazyBeans.class)
				.run((context) -> assertThat(context.getBeanFactory().containsSingleton("expensive")).isFalse());
		}

		@Test
		void arePassedOverIfTheirMethodsCanNotBeRead() throws ClassNotFoundException {
			RootBeanDefinition unreadable = new RootBeanDefinition(
					new WithoutMissing().loadClass(Unreadable.class.getName()));
			unreadable.setLazyInit(true);
			ProxiedBeanTests.this.contextRunner.withUserConfiguration(LazyBeans.class)
				.withInitializer((context) -> ((GenericApplicationContext) context).registerBeanDefinition("unreadable",
						unreadable))
				.run((context) -> {
					TestContexts.sink(context).awaitExactly(1, 2);
					assertThat(context.getBeanFactory().containsSingleton("unreadable")).isFalse();
				});
		}

		@Test
		void runWithLazyInitialization() {
			ProxiedBeanTests.this.contextRunner.withUserConfiguration(LazyBeans.class)
				.withInitializer((context) -> context.addBeanFactoryPostProcessor(
						new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
				.run((context) -> {
					assertThat(context.getBeanFactory().containsSingleton("genstagePipelineLifecycle")).isTrue();
					TestContexts.sink(context).awaitExactly(1, 2);
					assertThat(context.getBeanFactory().containsSingleton("expensive")).isFalse();
				});
		}

	}

	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return Stream.of(1, 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceProxies {

		@Bean
		static BeanNameAutoProxyCreator proxies() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("advised");
			creator.setInterceptorNames("advice");
			return creator;
		}

		@Bean
		MethodInterceptor advice(Sink sink) {
			return (invocation) -> {
				if (invocation.getMethod().getName().equals("keep")) {
					sink.add("advice");
				}
				return invocation.proceed();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClassProxies extends InterfaceProxies {

		@Bean
		static BeanNameAutoProxyCreator proxies() {
			BeanNameAutoProxyCreator creator = InterfaceProxies.proxies();
			creator.setProxyTargetClass(true);
			return creator;
		}

	}

	interface Keeper {

		void keep(List<Integer> events);

	}

	static class BatchKeeper implements Keeper {

		private final Sink sink;

		BatchKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		@Consumer(subscribeTo = "numbers")
		public void keep(List<Integer> events) {
			this.sink.add(events);
		}

	}

	@Consumer(subscribeTo = "numbers")
	static class CoreKeeper implements io.genstage.ConsumerStage<Integer> {

		private final Sink sink;

		CoreKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void handleEvents(List<Integer> events, io.genstage.Subscription from) {
			events.forEach(this.sink::add);
		}

	}

	static class HiddenKeeper implements Runnable {

		private final Sink sink;

		HiddenKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		public void run() {
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Integer event) {
			this.sink.add(event);
		}

	}

	static class PrivateKeeper {

		@Consumer(subscribeTo = "numbers")
		private void keep(Integer event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyBeans {

		@Bean
		@Lazy
		@Consumer(subscribeTo = "numbers")
		java.util.function.Consumer<Integer> keep(Sink sink) {
			return sink::add;
		}

		@Bean
		@Lazy
		StringBuilder expensive() {
			return new StringBuilder();
		}

	}

	static class Unreadable {

		void take(Missing missing) {
		}

	}

	static class Missing {

	}

	/**
	 * Sees a class that refers to a missing one.
	 */
	static class WithoutMissing extends OverridingClassLoader {

		WithoutMissing() {
			super(ProxiedBeanTests.class.getClassLoader());
		}

		@Override
		protected boolean isEligibleForOverriding(String className) {
			return className.equals(Unreadable.class.getName());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.equals(Missing.class.getName())) {
				throw new ClassNotFoundException(name);
			}
			return super.loadClass(name, resolve);
		}

	}

}
