package io.genstage.boot.scanned;

import java.util.List;

import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.annotation.Producer;

/**
 * A class that is a stage and a bean by its annotation, with a name.
 */
@Producer(name = "alphabet", bufferSize = 7)
class Letters implements ProducerStage<String> {

	private StageContext context;

	@Override
	public void onStart(StageContext context) {
		this.context = context;
	}

	@Override
	public List<String> handleDemand(long demand) {
		this.context.complete();
		return List.of("a", "b", "c");
	}

}
