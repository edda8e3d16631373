package io.genstage.boot;

import java.security.ProtectionDomain;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.scanned.Hidden;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.OverridingClassLoader;
import org.springframework.core.SmartClassLoader;

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

		@ParameterizedTest
		@ValueSource(classes = { GenericKeeper.class, InheritingKeeper.class, OverloadedKeeper.class })
		void mayHaveTheMethodInAGenericInterface(Class<?> beanClass) {
			this.contextRunner.withBean("advised", beanClass)
				.run((context) -> TestContexts.sink(context).awaitExactly("advice", 1, "advice", 2));
		}

		@Test
		void mayTakeListsByAGenericInterface() {
			this.contextRunner.withBean("advised", GenericBatchKeeper.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("advice", List.of(1, 2)));
		}

		@Test
		void mayHaveAMethodThatSettingsNameInAGenericInterface() {
			this.contextRunner.withBean("advised", GenericSelector.class)
				.withPropertyValues("genstage.stages.numbers.dispatcher=broadcast")
				.run((context) -> TestContexts.sink(context).awaitExactly("advice", 2));
		}

		@Test
		void areCheckedByTheTypesOfTheClassBehindAGenericInterface() {
			this.contextRunner.withBean("advised", GenericWordKeeper.class)
				.run((context) -> assertThat(context).getFailure()
					.hasMessageContaining("takes java.lang.String, but 'numbers', which it subscribes to, emits "
							+ "java.lang.Integer"));
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

		@Test
		void mayHaveADefaultMethodOfAnInterface() {
			this.contextRunner.withBean("advised", DefaultKeeper.class)
				.run((context) -> TestContexts.sink(context).awaitExactly("advice", 1, "advice", 2));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				textBlock = """
						FarSource       | @Producer method 'Source.numbers' of bean 'advised':
						FarPolled       | @Producer method 'Polled.numbers' of bean 'advised':
						FarTimes        | @ProducerConsumer method 'Times.times' of bean 'advised':
						FarKeeper       | @Consumer method 'Keeper.keep' of bean 'advised':
						FarSelecting    | @Consumer method 'Selecting.keep' of bean 'advised': attribute 'selector' of the subscription to 'numbers' names the method 'isLarge', but
						FarPartitioning | @Producer method 'Partitioning.numbers' of bean 'advised': attribute 'partitionBy' names the method 'parity', but
						FarBatching     | @Consumer method 'Batching.keep' of bean 'advised': attribute 'batch.by' names the method 'parity', but
						""")
		void mustNotHaveThePackagePrivateMethodElsewhere(String bean, String place) throws ClassNotFoundException {
			Class<?> beanClass = Class.forName(ProxiedBeanTests.class.getName() + "$" + bean);
			this.contextRunner.withBean("advised", beanClass)
				.run((context) -> assertThat(context.getStartupFailure())
					.isInstanceOfSatisfying(StageWiringException.class, (failure) -> assertThat(failure.problems())
						.extracting(WiringProblem::toString)
						.contains(place + " it is package-private in io.genstage.boot.scanned, where the proxy of "
								+ "io.genstage.boot can't pass calls on to the bean: make it protected or public")));
		}

		@Test
		void mayHaveThePackagePrivateMethodElsewhereWithoutAProxy() {
			ProxiedBeanTests.this.contextRunner.withBean("plain", FarTimes.class)
				.withBean(TimesKeeper.class)
				.run((context) -> TestContexts.sink(context).awaitExactly(10, 20));
		}

		@Test
		void mustNotHaveThePackagePrivateMethodOfAnotherClassLoader() {
			this.contextRunner.withClassLoader(new RestartLoader())
				.withBean("advised", Hidden.Keeper.class)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessageContaining(
							"it is package-private in io.genstage.boot.scanned, where the proxy of another "
									+ "class loader can't pass calls on to the bean: make it protected or public"));
		}

		@ParameterizedTest
		@ValueSource(classes = { FinalKeeper.class, FinalFunctionalKeeper.class })
		void mustNotHaveFinalMethodsOfAStage(Class<?> beanClass) {
			this.contextRunner.withBean("advised", beanClass)
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(StageWiringException.class)
					.hasMessageStartingWith("@Consumer bean 'advised': its method '")
					.hasMessageEndingWith("' is final, so the proxy of its class can't pass calls on to the bean: "
							+ "remove 'final'"));
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

	interface GenericKeeping<T> {

		void keep(T event);

		default boolean isWanted(T event) {
			return true;
		}

	}

	static class GenericKeeper implements GenericKeeping<Integer> {

		private final Sink sink;

		GenericKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		@Consumer(subscribeTo = "numbers")
		public void keep(Integer event) {
			this.sink.add(event);
		}

	}

	abstract static class AbstractKeeper<N extends Number> implements GenericKeeping<N> {

		private final Sink sink;

		AbstractKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		@Consumer(subscribeTo = "numbers")
		public void keep(N event) {
			this.sink.add(event);
		}

	}

	static class InheritingKeeper extends AbstractKeeper<Integer> {

		InheritingKeeper(Sink sink) {
			super(sink);
		}

	}

	interface OverloadedKeeping<T> extends GenericKeeping<T> {

		void keep(String event);

	}

	static class OverloadedKeeper extends GenericKeeper implements OverloadedKeeping<Integer> {

		OverloadedKeeper(Sink sink) {
			super(sink);
		}

		@Override
		public void keep(String event) {
			throw new IllegalStateException("another one was meant");
		}

	}

	static class GenericBatchKeeper implements GenericKeeping<List<Integer>> {

		private final Sink sink;

		GenericBatchKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		@Consumer(subscribeTo = "numbers")
		public void keep(List<Integer> events) {
			this.sink.add(List.copyOf(events));
		}

	}

	static class GenericSelector implements GenericKeeping<Integer> {

		private final Sink sink;

		GenericSelector(Sink sink) {
			this.sink = sink;
		}

		@Override
		@Consumer(subscriptions = @SubscribeTo(producer = "numbers", selector = "isWanted"))
		public void keep(Integer event) {
			this.sink.add(event);
		}

		@Override
		public boolean isWanted(Integer event) {
			return event == 2;
		}

	}

	static class GenericWordKeeper implements GenericKeeping<String> {

		@Override
		@Consumer(subscribeTo = "numbers")
		public void keep(String event) {
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

	interface Keeping {

		Sink sink();

		@Consumer(subscribeTo = "numbers")
		default void keep(Integer event) {
			sink().add(event);
		}

	}

	static class DefaultKeeper implements Keeping {

		private final Sink sink;

		DefaultKeeper(Sink sink) {
			this.sink = sink;
		}

		@Override
		public Sink sink() {
			return this.sink;
		}

	}

	static class TimesKeeper {

		private final Sink sink;

		TimesKeeper(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "times")
		void keep(Integer event) {
			this.sink.add(event);
		}

	}

	static class FarSource extends Hidden.Source {

	}

	static class FarPolled extends Hidden.Polled {

	}

	static class FarTimes extends Hidden.Times {

	}

	static class FarKeeper extends Hidden.Keeper {

	}

	static class FarSelecting extends Hidden.Selecting {

	}

	static class FarPartitioning extends Hidden.Partitioning {

	}

	static class FarBatching extends Hidden.Batching {

	}

	@Consumer(subscribeTo = "numbers")
	static class FinalKeeper implements io.genstage.ConsumerStage<Integer> {

		@Override
		public final void handleEvents(List<Integer> events, io.genstage.Subscription from) {
		}

	}

	@Consumer(subscribeTo = "numbers")
	static class FinalFunctionalKeeper implements java.util.function.Consumer<Object> {

		@Override
		public final void accept(Object event) {
		}

	}

	/**
	 * Defines the proxies of the classes of another loader, as that of DevTools does.
	 */
	public static class RestartLoader extends ClassLoader implements SmartClassLoader {

		RestartLoader() {
			super(ProxiedBeanTests.class.getClassLoader());
		}

		@Override
		public boolean isClassReloadable(Class<?> candidate) {
			return false;
		}

		@Override
		public Class<?> publicDefineClass(String name, byte[] code, @Nullable ProtectionDomain domain) {
			return defineClass(name, code, 0, code.length, domain);
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
