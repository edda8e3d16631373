package io.genstage.boot;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.genstage.Stage;
import io.genstage.StageContext;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.handler.BeanStages;
import io.genstage.boot.handler.EventTypes;
import io.genstage.boot.handler.HandlerStages;
import io.genstage.boot.handler.MethodStages;
import io.genstage.boot.handler.TypedStage;
import io.genstage.boot.handler.UnusableStageException;
import io.genstage.boot.setting.StageSettings;
import io.genstage.source.EventQueue;
import io.genstage.source.Sequence;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Makes the stage of each run of each instance of a declared stage. A bean of scope
 * prototype is made anew for each of them, any other bean is shared.
 */
final class StageSource implements Supplier<Stage> {

	private static final String READS_ALL = "each of them would read all elements: set the concurrency to 1, or give the "
			+ "bean the scope prototype, or let a method take the StageContext and look which instance it reads for";

	private final BeanFactory beanFactory;

	private final StageDeclaration declaration;

	private final StageSettings settings;

	/** Whether each of its stages reads all elements of the same sequence. */
	private volatile boolean beginsAnew;

	/** The type of the events that it takes; none if nobody says it. */
	private volatile ResolvableType takes = ResolvableType.NONE;

	/** Made to look at it, and used by the first run. */
	private final AtomicReference<@Nullable Stage> prepared = new AtomicReference<>();

	/**
	 * Creates a source.
	 * @param beanFactory where the bean is
	 * @param declaration what its annotation says
	 * @param settings what is in force for the stage
	 */
	StageSource(BeanFactory beanFactory, StageDeclaration declaration, StageSettings settings) {
		this.beanFactory = beanFactory;
		this.declaration = declaration;
		this.settings = settings;
	}

	/** Returns the bean that is the stage or has its method. */
	String beanName() {
		return this.declaration.beanName();
	}

	/** Returns whether the stage is a queue that others put events into. */
	boolean isQueue() {
		return this.declaration.method() == null && EventQueue.class.isAssignableFrom(this.declaration.beanClass());
	}

	/**
	 * Returns the type of the events that the stage takes, or of those that it is given
	 * in messages; none if nobody says it.
	 */
	ResolvableType takes() {
		return EventTypes.isMessage(this.takes) ? this.takes.getGeneric() : this.takes;
	}

	/** Returns of what each event is that the stage takes, if it is known. */
	Optional<Class<?>> taken() {
		return EventTypes.isMessage(this.takes) ? Optional.empty()
				: Optional.<Class<?>>ofNullable(this.takes.resolve()).map(ClassUtils::resolvePrimitiveIfNecessary);
	}

	/**
	 * Makes the stage of the first run.
	 * @return the stage and the types of its events
	 * @throws UnusableStageException if the bean or the method can't be a stage
	 */
	TypedStage prepare() throws UnusableStageException {
		TypedStage first = make();
		this.takes = first.takes();
		this.prepared.set(first.stage());
		return first;
	}

	/**
	 * Returns whether a stage reads a sequence that each instance would read in full. A
	 * bean of its own may have another one, and a method that takes the context may look
	 * which instance it is.
	 */
	private boolean beginsAnew(Stage ofBean) {
		Method method = this.declaration.method();
		return ofBean instanceof Sequence
				&& (method == null || !List.of(method.getParameterTypes()).contains(StageContext.class))
				&& !this.beanFactory.isPrototype(this.declaration.beanName());
	}

	/**
	 * Returns why there can't be so many instances.
	 * @param concurrency how many there are to be
	 * @return the reason, or nothing if there can
	 */
	Optional<String> refusalOf(int concurrency) {
		if (concurrency == 1) {
			return Optional.empty();
		}
		return Optional.ofNullable(this.beginsAnew ? READS_ALL : whyAlone())
			.map("there can't be %d instances, since ".formatted(concurrency)::concat);
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

	private @Nullable String whyAlone() {
		String beanName = this.declaration.beanName();
		if (isQueue()) {
			return "an EventQueue is one queue, which only one of them could serve: set the concurrency to 1";
		}
		if (this.declaration.method() != null) {
			return null;
		}
		if (this.beanFactory.isPrototype(beanName) || !(this.beanFactory.getBean(beanName) instanceof Stage stage)
				|| stage.isShareable()) {
			return null;
		}
		return "they would share one %s, which keeps what belongs to one run: let its scope be prototype"
			.formatted(ClassUtils.getUserClass(stage).getSimpleName());
	}

	private TypedStage make() throws UnusableStageException {
		TypedStage ofBean = ofBean();
		this.beginsAnew = beginsAnew(ofBean.stage());
		if (this.settings.options().tasks() != null) {
			checkRunsInTasks(ofBean.stage());
			return ofBean;
		}
		return (this.settings.options().inFlight() != null || HandlerStages.handsSettlementOn(ofBean.stage()))
				? ofBean.with(HandlerStages.inFlight(ofBean.stage())) : ofBean;
	}

	private void checkRunsInTasks(Stage ofBean) throws UnusableStageException {
		Method method = this.declaration.method();
		if (method != null && List.of(method.getParameterTypes()).contains(StageContext.class)) {
			throw new UnusableStageException("it takes a StageContext, which only the stage itself may use, "
					+ "and not the tasks for each event: remove the parameter");
		}
		HandlerStages.checkRunsInTasks(ofBean);
	}

	private TypedStage ofBean() throws UnusableStageException {
		StageDeclaration declared = this.declaration;
		Object bean = this.beanFactory.getBean(declared.beanName());
		if (declared.method() != null) {
			return MethodStages.of(bean, declared.beanClass(), declared.method(), declared.kind(),
					this.settings.values());
		}
		return BeanStages.of(bean, declared.beanType(), declared.kind(), this.settings.values());
	}

}
