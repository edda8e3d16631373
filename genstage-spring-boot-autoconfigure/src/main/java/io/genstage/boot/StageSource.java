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

	private final @Nullable LiveRate rate;

	/** Made to look at it, and used by the first run. */
	private final AtomicReference<@Nullable Stage> prepared = new AtomicReference<>();

	/**
	 * Creates a source.
	 * @param beanFactory where the bean is
	 * @param declaration what its annotation says
	 * @param rate limits each stage, {@code null} for no limit
	 */
	StageSource(BeanFactory beanFactory, StageDeclaration declaration, @Nullable LiveRate rate) {
		this.beanFactory = beanFactory;
		this.declaration = declaration;
		this.rate = rate;
	}

	/** Returns the limit to the rate, {@code null} if there is none. */
	@Nullable LiveRate rate() {
		return this.rate;
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
		TypedStage stage = ofBean();
		if (this.rate == null) {
			return stage;
		}
		try {
			return new TypedStage(this.rate.limit(stage.stage()), stage.takes(), stage.emits());
		}
		catch (IllegalArgumentException ex) {
			throw new UnusableStageException(String.valueOf(ex.getMessage()));
		}
	}

	private TypedStage ofBean() throws UnusableStageException {
		StageDeclaration declared = this.declaration;
		Object bean = this.beanFactory.getBean(declared.beanName());
		if (declared.method() != null) {
			return MethodStages.of(bean, declared.beanClass(), declared.method(), declared.kind());
		}
		return BeanStages.of(bean, declared.beanType(), declared.kind());
	}

}
