package io.genstage.boot.handler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * Results of the reactive types that Spring knows: those of Reactor, RxJava and others on
 * the class path. Without any of them nothing is a reactive result.
 */
final class ReactiveResults {

	private static final boolean PRESENT = ClassUtils.isPresent("org.reactivestreams.Publisher",
			ReactiveResults.class.getClassLoader());

	/*
	 * The registry goes through all its adapters for a type that is not reactive, as most
	 * are; a handler of one event asks for each of them.
	 */
	private static final ClassValue<Optional<ReactiveAdapter>> ADAPTERS = new ClassValue<>() {

		@Override
		protected Optional<ReactiveAdapter> computeValue(Class<?> type) {
			return mayBeReactive(type)
					? Optional.ofNullable(ReactiveAdapterRegistry.getSharedInstance().getAdapter(type))
					: Optional.empty();
		}

	};

	private ReactiveResults() {
	}

	/** Returns how many values a type stands for, {@code null} if it is not reactive. */
	static @Nullable Cardinality cardinality(Class<?> type) {
		ReactiveAdapter adapter = adapter(type);
		if (adapter == null) {
			return null;
		}
		if (adapter.isNoValue()) {
			return Cardinality.NONE;
		}
		return adapter.isMultiValue() ? Cardinality.MANY : Cardinality.ONE;
	}

	/**
	 * Subscribes to a reactive result and waits for its end.
	 * @param result the result, of a reactive type
	 * @return all its values
	 * @throws Exception what it failed with
	 */
	static List<Object> await(Object result) throws Exception {
		List<Object> values = new ArrayList<>();
		await(result, values);
		return values;
	}

	/**
	 * Subscribes to a reactive result and waits for its end.
	 * @param result the result, of a reactive type
	 * @param values gets all its values, also those before a failure
	 * @throws Exception what it failed with
	 */
	static void await(Object result, List<Object> values) throws Exception {
		ReactiveAdapter adapter = adapter(result.getClass());
		if (adapter == null) {
			throw new IllegalArgumentException("%s is no reactive type".formatted(result.getClass().getName()));
		}
		Collecting.await(adapter.toPublisher(result), values);
	}

	/**
	 * Subscribes to a reactive result.
	 * @param result the result, of a reactive type
	 * @return completes with all its values; to cancel it cancels the subscription
	 */
	static CompletableFuture<List<Object>> future(Object result) {
		ReactiveAdapter adapter = Objects.requireNonNull(adapter(result.getClass()));
		return Collecting.future(adapter.toPublisher(result));
	}

	private static @Nullable ReactiveAdapter adapter(Class<?> type) {
		return PRESENT ? ADAPTERS.get(type).orElse(null) : null;
	}

	/*
	 * Whoever asks the registry first loads the types of all libraries, and with them
	 * hundreds of their classes. An event that is neither of a library nor derived from
	 * anything but the JDK's types is no reason to do so, nor is a type of the JDK.
	 */
	private static boolean mayBeReactive(@Nullable Class<?> type) {
		if (type == null || type.isPrimitive()) {
			return false;
		}
		if (type.getName().startsWith("java.")) {
			return Flow.Publisher.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type);
		}
		return type.isInterface() || mayBeReactive(type.getSuperclass())
				|| Arrays.stream(type.getInterfaces()).anyMatch(ReactiveResults::mayBeReactive);
	}

	/**
	 * How many values a reactive type stands for.
	 */
	enum Cardinality {

		NONE, ONE, MANY

	}

	/**
	 * Collects the values of a publisher, and gives it up when it is cancelled itself.
	 */
	private static final class Collecting extends CompletableFuture<Void> implements Subscriber<Object> {

		private final List<Object> values = new ArrayList<>();

		private volatile @Nullable Subscription subscription;

		static void await(Publisher<?> publisher, List<Object> values) throws Exception {
			Collecting collecting = new Collecting();
			publisher.subscribe(collecting);
			try {
				Awaited.valueOf(collecting);
			}
			finally {
				// One that was given up may still get values.
				if (!collecting.isCancelled()) {
					values.addAll(collecting.values);
				}
			}
		}

		static CompletableFuture<List<Object>> future(Publisher<?> publisher) {
			Collecting collecting = new Collecting();
			publisher.subscribe(collecting);
			CompletableFuture<List<Object>> future = collecting.thenApply((done) -> List.copyOf(collecting.values));
			CompletableFuture<?> unused = future.whenComplete((values, failure) -> {
				if (future.isCancelled()) {
					collecting.cancel(true);
				}
			});
			return future;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.subscription = subscription;
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(Object value) {
			this.values.add(value);
		}

		@Override
		public void onError(Throwable failure) {
			completeExceptionally(failure);
		}

		@Override
		public void onComplete() {
			complete(null);
		}

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			Subscription begun = this.subscription;
			if (begun != null) {
				begun.cancel();
			}
			return super.cancel(mayInterruptIfRunning);
		}

	}

}
