package io.genstage.boot;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.genstage.pipeline.PipelineGraph;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Assembles the pipelines of an application context once, when all its singletons exist.
 * <p>
 * It creates the beans of the stages, and so runs without a lock: a bean may wait for a
 * thread that asks for the pipelines. Whoever asks too early is refused.
 */
final class Assembly {

	private static final String WHEN = "use the registry from when all singletons exist, as in an ApplicationRunner "
			+ "or a SmartInitializingSingleton, and not in a constructor or when a bean is initialized";

	private final ConfigurableListableBeanFactory beanFactory;

	private final Supplier<List<PipelineGraph>> assembler;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private @Nullable Thread assembling;

	private boolean done;

	/**
	 * Creates an assembly.
	 * @param beanFactory has the beans that must exist
	 * @param assembler makes the graphs
	 */
	Assembly(ConfigurableListableBeanFactory beanFactory, Supplier<List<PipelineGraph>> assembler) {
		this.beanFactory = beanFactory;
		this.assembler = assembler;
	}

	/**
	 * Assembles the pipelines, to be called when all singletons exist. If another thread
	 * does so already, it is waited for.
	 * @param use keeps what was made
	 */
	void run(Consumer<List<PipelineGraph>> use) {
		if (begin(true)) {
			assemble(use);
		}
	}

	/**
	 * Assembles the pipelines if that can be done already.
	 * @param use keeps what was made
	 * @throws IllegalStateException if there are beans to create, or some are being
	 * created for the stages
	 */
	void runEarly(Consumer<List<PipelineGraph>> use) {
		missingBean().ifPresent((bean) -> {
			throw new IllegalStateException(
					"the stages can't be assembled yet, since bean '%s' isn't ready: %s".formatted(bean, WHEN));
		});
		if (begin(false)) {
			assemble(use);
		}
	}

	private Optional<String> missingBean() {
		List<String> missing = Arrays.stream(this.beanFactory.getBeanDefinitionNames())
			.filter((name) -> isCreatedAtStartup(name) && !this.beanFactory.containsSingleton(name))
			.toList();
		return missing.stream()
			.filter(this.beanFactory::isCurrentlyInCreation)
			.findFirst()
			.or(() -> missing.stream().findFirst());
	}

	private boolean isCreatedAtStartup(String name) {
		BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(name);
		return definition.isSingleton() && !definition.isAbstract() && !definition.isLazyInit();
	}

	/** Returns whether it is up to this thread to assemble. */
	private boolean begin(boolean waits) {
		this.lock.lock();
		try {
			while (this.assembling != null) {
				if (!waits || this.assembling == Thread.currentThread()) {
					throw new IllegalStateException("the stages are being assembled at this moment by thread '%s': %s"
						.formatted(this.assembling.getName(), WHEN));
				}
				this.changed.awaitUninterruptibly();
			}
			this.assembling = this.done ? null : Thread.currentThread();
			return !this.done;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void assemble(Consumer<List<PipelineGraph>> use) {
		boolean assembled = false;
		try {
			use.accept(this.assembler.get());
			assembled = true;
		}
		finally {
			end(assembled);
		}
	}

	private void end(boolean assembled) {
		this.lock.lock();
		try {
			this.assembling = null;
			this.done = assembled;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
