package io.genstage.boot;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.pipeline.Suggestion;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The dispatchers that annotations and properties can name: the engine's own, and beans
 * of the application.
 */
final class NamedDispatchers {

	private static final Map<String, DispatcherFactory<?>> OWN = Map.of("demand", Dispatchers.demand(), "broadcast",
			Dispatchers.broadcast());

	private final ListableBeanFactory beanFactory;

	NamedDispatchers(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	Optional<DispatcherFactory<?>> find(String name) {
		DispatcherFactory<?> own = OWN.get(name);
		if (own != null) {
			return Optional.of(own);
		}
		if (beanNames().contains(name)) {
			return Optional.of(this.beanFactory.getBean(name, DispatcherFactory.class));
		}
		return Optional.empty();
	}

	String suggestionFor(String name) {
		Set<String> existing = new LinkedHashSet<>(OWN.keySet());
		existing.addAll(beanNames());
		return Suggestion.instead(name, existing);
	}

	private List<String> beanNames() {
		return List.of(this.beanFactory.getBeanNamesForType(DispatcherFactory.class, true, false));
	}

}
