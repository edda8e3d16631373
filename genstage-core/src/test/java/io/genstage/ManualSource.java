package io.genstage;

import java.util.List;

/**
 * Emits the lists that are sent to it, whatever is asked for.
 */
public class ManualSource implements ProducerStage<Object> {

	@Override
	public List<Object> handleDemand(long demand) {
		return List.of();
	}

	@Override
	@SuppressWarnings("unchecked") // tests send lists
	public List<Object> onInfo(Object message) {
		return (List<Object>) message;
	}

}
