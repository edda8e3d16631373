package io.genstage.boot.handler;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import io.genstage.boot.handler.ReactiveResults.Cardinality;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

class ReactiveResultsTests {

	@Test
	void knowsHowManyValuesAReactiveTypeStandsFor() {
		assertThat(ReactiveResults.cardinality(Mono.class)).isEqualTo(Cardinality.ONE);
		assertThat(ReactiveResults.cardinality(Flux.class)).isEqualTo(Cardinality.MANY);
		assertThat(ReactiveResults.cardinality(Publisher.class)).isEqualTo(Cardinality.MANY);
		assertThat(ReactiveResults.cardinality(Flow.Publisher.class)).isEqualTo(Cardinality.MANY);
		assertThat(ReactiveResults.cardinality(CompletableFuture.class)).isEqualTo(Cardinality.ONE);
	}

	@Test
	void knowsTypesThatAreDerivedFromReactiveOnes() {
		assertThat(ReactiveResults.cardinality(Mono.just("a").getClass())).isEqualTo(Cardinality.ONE);
		assertThat(ReactiveResults.cardinality(Flux.just("a", "b").map(String::length).getClass()))
			.isEqualTo(Cardinality.MANY);
	}

	@ParameterizedTest
	@ValueSource(classes = { void.class, long.class, long[].class, String.class, Optional.class, List.class,
			Order.class, Order[].class, RushOrder.class, State.class })
	void loadsNoReactiveLibraryForOtherTypes(Class<?> type) throws Exception {
		Loading loading = new Loading();
		assertThat(loading.cardinality(type)).isNull();
		assertThat(loading.loaded).contains("org.reactivestreams.Publisher")
			.doesNotContain("org.springframework.core.ReactiveAdapterRegistry");
	}

	@Test
	void loadsThemForTypesThatMayBeReactive() throws Exception {
		Loading loading = new Loading();
		assertThat(loading.cardinality(Mono.class)).hasToString("ONE");
		assertThat(loading.loaded).contains("org.springframework.core.ReactiveAdapterRegistry");
	}

	static class Order implements Serializable {

		private static final long serialVersionUID = 1;

	}

	static class RushOrder extends Order implements Comparable<RushOrder> {

		private static final long serialVersionUID = 1;

		@Override
		public int compareTo(RushOrder other) {
			return 0;
		}

	}

	enum State {

		NEW, DONE

	}

	/**
	 * Loads the class anew, and notes what is loaded through it.
	 */
	private static final class Loading extends ClassLoader {

		private final Set<String> loaded = new HashSet<>();

		Loading() {
			super(ReactiveResultsTests.class.getClassLoader());
		}

		@Nullable Object cardinality(Class<?> type) throws Exception {
			var cardinality = loadClass(ReactiveResults.class.getName()).getDeclaredMethod("cardinality", Class.class);
			ReflectionUtils.makeAccessible(cardinality);
			return cardinality.invoke(null, type);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			this.loaded.add(name);
			if (!name.startsWith(ReactiveResults.class.getName())) {
				return super.loadClass(name, resolve);
			}
			Class<?> known = findLoadedClass(name);
			return (known != null) ? known : findClass(name);
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			try (InputStream in = Objects.requireNonNull(getResourceAsStream(name.replace('.', '/') + ".class"))) {
				byte[] code = in.readAllBytes();
				return defineClass(name, code, 0, code.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
