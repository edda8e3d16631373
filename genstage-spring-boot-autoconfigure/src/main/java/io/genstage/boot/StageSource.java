package io.genstage.boot;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.genstage.Stage;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;

/**
 * Makes the stage of each run of each instance of a declared stage. A bean of scope
 * prototype is made anew for each of them, any other bean is shared.
 */
final class StageSource implements Supplier<Stage> {

	private final BeanFactory beanFactory;

	private final StageDeclaration declaration;

	/** Made to look at it, and used by the first run. */
	private final AtomicReference<@Nullable Stage> prepared = new AtomicReference<>();

	StageSource(BeanFactory beanFactory, StageDeclaration declaration) {
		this.beanFactory = beanFactory;
		this.declaration = declaration;
	}

	/**
	 * Makes the stage of the first run.
	 * @return the stage and the types of its events
	 * @throws UnusableStageException if the bean or the method can't be a stage
	 */
	TypedStage prepare() throws UnusableStageException {
		TypedStage first = make();
		this.prepared.set(first.stage());
		return first;
	}

	@Override
	public Stage get() {
		Stage first = this.prepared.getAndSet(null);
		if (first != null) {
			return first;
		}
		try {
			return make().stage();
		}
		catch (UnusableStageException ex) {
			throw new IllegalStateException("%s: %s".formatted(this.declaration.place(), ex.getMessage()), ex);
		}
	}

	private TypedStage make() throws UnusableStageException {
		StageDeclaration declared = this.declaration;
		Object bean = this.beanFactory.getBean(declared.beanName());
		if (declared.method() != null) {
			return MethodStages.of(bean, declared.beanClass(), declared.method(), declared.kind());
		}
		return BeanStages.of(bean, declared.beanType(), declared.kind());
	}

}
