package io.genstage.boot.setting;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.genstage.deadletter.DeadLetterStore;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.failure.FailureDecider;
import io.genstage.pipeline.Suggestion;
import io.genstage.source.DeadLetterQueue;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.ResolvableType;

/**
 * The beans that annotations and properties can name, and the engine's own dispatchers.
 */
final class NamedBeans {

	/** The name of the dispatcher that is made with the settings of its stage. */
	static final String PARTITION = "partition";

	static final String BROADCAST = "broadcast";

	static final String DEMAND = "demand";

	private static final Map<String, DispatcherFactory<?>> OWN = Map.of(DEMAND, Dispatchers.demand(), BROADCAST,
			Dispatchers.broadcast());

	private final ListableBeanFactory beanFactory;

	/** For the names of stages that are queues, the names of their beans. */
	private final Map<String, String> queues;

	NamedBeans(ListableBeanFactory beanFactory, Map<String, String> queues) {
		this.beanFactory = beanFactory;
		this.queues = queues;
	}

	/** Finds a dispatcher, but not the one that partitions. */
	Optional<DispatcherFactory<?>> dispatcher(String name) {
		DispatcherFactory<?> own = OWN.get(name);
		return (own != null) ? Optional.of(own) : find(name, DispatcherFactory.class).map((bean) -> bean);
	}

	String dispatcherInsteadOf(String name) {
		Set<String> existing = new TreeSet<>(OWN.keySet());
		existing.add(PARTITION);
		existing.addAll(names(DispatcherFactory.class));
		return Suggestion.instead(name, existing);
	}

	Optional<Predicate<?>> selector(String name) {
		return find(name, Predicate.class).map((bean) -> bean);
	}

	List<String> selectorNames() {
		return names(Predicate.class);
	}

	Optional<FailureDecider> decider(String name) {
		return find(name, FailureDecider.class);
	}

	String deciderInsteadOf(String name) {
		return Suggestion.instead(name, names(FailureDecider.class));
	}

	/** Returns where dead letters are kept, if that is one place. */
	Optional<DeadLetterStore> deadLetters() {
		return Optional.ofNullable(this.beanFactory.getBeanProvider(DeadLetterStore.class).getIfUnique());
	}

	/** Finds what dead letters may go to: a stage that is a queue, or a store. */
	Optional<DeadLetterStore> deadLetters(String name) {
		String queue = this.queues.get(name);
		return (queue != null) ? Optional.of(new DeadLetterQueue(this.beanFactory.getBean(queue, EventQueue.class)))
				: find(name, DeadLetterStore.class);
	}

	String deadLettersInsteadOf(String name, Collection<String> words) {
		Set<String> existing = new TreeSet<>(words);
		existing.addAll(this.queues.keySet());
		existing.addAll(names(DeadLetterStore.class));
		return Suggestion.instead(name, existing);
	}

	/** Returns what finds the classes of the application. */
	@Nullable ClassLoader classLoader() {
		return (this.beanFactory instanceof ConfigurableBeanFactory configurable) ? configurable.getBeanClassLoader()
				: null;
	}

	Optional<Executor> executor(String name) {
		return find(name, Executor.class);
	}

	String executorInsteadOf(String name) {
		return Suggestion.instead(name, names(Executor.class));
	}

	/** Finds a function of the application that returns the key of an event. */
	@SuppressWarnings("unchecked") // it is named for the events of this stage
	Optional<Function<Object, @Nullable Object>> key(String name) {
		Optional<Function<Object, @Nullable Object>> ofObject = find(name, Function.class).map((bean) -> bean::apply);
		return ofObject.or(() -> find(name, ToIntFunction.class).map((bean) -> (event) -> bean.applyAsInt(event)))
			.or(() -> find(name, ToLongFunction.class).map((bean) -> (event) -> bean.applyAsLong(event)));
	}

	/**
	 * Returns the type of the keys that a function of the application returns.
	 * @return the type, or {@link ResolvableType#NONE} if its declaration doesn't say
	 */
	ResolvableType keyType(String name) {
		if (this.beanFactory instanceof ConfigurableBeanFactory configurable
				&& this.beanFactory.containsBeanDefinition(name)) {
			return configurable.getMergedBeanDefinition(name).getResolvableType().as(Function.class).getGeneric(1);
		}
		return ResolvableType.NONE;
	}

	List<String> keyNames() {
		return Stream.of(Function.class, ToIntFunction.class, ToLongFunction.class)
			.flatMap((type) -> names(type).stream())
			.toList();
	}

	/** Returns a bean by its name, which must exist. */
	Object bean(String name) {
		return this.beanFactory.getBean(name);
	}

	private <T> Optional<T> find(String name, Class<T> type) {
		return names(type).contains(name) ? Optional.of(this.beanFactory.getBean(name, type)) : Optional.empty();
	}

	private List<String> names(Class<?> type) {
		return List.of(this.beanFactory.getBeanNamesForType(type, true, false));
	}

}
