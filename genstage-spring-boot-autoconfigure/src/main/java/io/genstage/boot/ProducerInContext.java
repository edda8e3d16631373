package io.genstage.boot;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import org.jspecify.annotations.Nullable;

/**
 * A producer whose source is made when it starts, since it wants the context.
 */
final class ProducerInContext implements ProducerStage<Object> {

	private final Function<StageContext, ProducerStage<Object>> source;

	private @Nullable ProducerStage<Object> started;

	ProducerInContext(Function<StageContext, ProducerStage<Object>> source) {
		this.source = source;
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.started = this.source.apply(context);
		this.started.onStart(context);
	}

	@Override
	public List<Object> handleDemand(long demand) throws Exception {
		return started().handleDemand(demand);
	}

	@Override
	public List<Object> onInfo(Object message) throws Exception {
		return started().onInfo(message);
	}

	@Override
	public void onDrain(StageContext context) throws Exception {
		started().onDrain(context);
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		started().onStop(reason);
	}

	private ProducerStage<Object> started() {
		return Objects.requireNonNull(this.started, "not started");
	}

}
