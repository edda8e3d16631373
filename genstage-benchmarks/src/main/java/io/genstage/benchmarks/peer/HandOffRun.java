package io.genstage.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;

import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

/**
 * The bare batch hand-off: arrays, links with two places, nothing else. A bound rather
 * than a rival.
 */
public final class HandOffRun implements WorkloadRun {

	private final Workload workload;

	private final HandOffStage.Carrier carrier;

	private HandOffRun(Workload workload, HandOffStage.Carrier carrier) {
		this.workload = workload;
		this.carrier = carrier;
	}

	public static HandOffRun onPool(Workload workload) {
		return new HandOffRun(workload, new PoolCarrier());
	}

	public static HandOffRun onThreads(Workload workload) {
		return new HandOffRun(workload, ThreadCarrier.ofPlatformThreads());
	}

	public static HandOffRun onVirtualThreads(Workload workload) {
		return new HandOffRun(workload, ThreadCarrier.ofVirtualThreads());
	}

	@Override
	public long sum(int events) throws Exception {
		List<HandOffStage> stages = stages(new Numbers(events));
		stages.forEach(this.carrier::start);
		Adder total = new Adder();
		for (HandOffStage stage : stages) {
			total.plus(stage.result().get());
		}
		return total.sum();
	}

	/**
	 * Mappers come one after another; only the producer splits, so they have one link.
	 */
	private List<HandOffStage> stages(Numbers numbers) {
		List<HandOffLink> links = new ArrayList<>();
		int width = this.workload.consumers();
		while (links.size() < width + this.workload.mappers()) {
			links.add(new HandOffLink());
		}
		List<HandOffStage> stages = new ArrayList<>();
		stages.add(HandOffProducer.of(this.workload, this.carrier, numbers, links.subList(0, width)));
		for (int mapper = 0; mapper < this.workload.mappers(); mapper++) {
			stages.add(new HandOffMapper(this.carrier, links.get(mapper), links.get(mapper + 1)));
			links.get(mapper).connect(stages.get(mapper), stages.get(mapper + 1));
		}
		HandOffStage last = stages.get(stages.size() - 1);
		for (HandOffLink link : links.subList(this.workload.mappers(), links.size())) {
			stages.add(new HandOffConsumer(this.carrier, link));
			link.connect(last, stages.get(stages.size() - 1));
		}
		return stages;
	}

	@Override
	public void close() {
		this.carrier.close();
	}

}
