package io.genstage.benchmarks.peer;

import java.util.function.Consumer;

import io.genstage.benchmarks.workload.Lines;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.processors.UnicastProcessor;
import io.reactivex.rxjava3.schedulers.Schedulers;

/**
 * RxJava, on the computation scheduler. It subscribes by recursion: a thousand stages
 * need a thread with a deep stack for that.
 */
public final class RxJavaLines implements Lines {

	private static final long DEEP = 64L << 20;

	private final CompositeDisposable subscriptions = new CompositeDisposable();

	@Override
	public Consumer<Long> start(int stages, Consumer<Long> arrival) throws InterruptedException {
		FlowableProcessor<Long> entrance = UnicastProcessor.<Long>create().toSerialized();
		Flowable<Long> flowable = entrance;
		for (int stage = 0; stage < stages - 1; stage++) {
			flowable = flowable.observeOn(Schedulers.computation()).map((number) -> number + 1);
		}
		Flowable<Long> last = flowable.observeOn(Schedulers.computation());
		runWithDeepStack(() -> this.subscriptions.add(last.subscribe(arrival::accept)));
		return entrance::onNext;
	}

	private static void runWithDeepStack(Runnable task) throws InterruptedException {
		Thread thread = new Thread(null, task, "deep", DEEP);
		thread.start();
		thread.join();
	}

	/** The scheduler is everybody's and stays. */
	@Override
	public void close() {
		try {
			runWithDeepStack(this.subscriptions::dispose);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
