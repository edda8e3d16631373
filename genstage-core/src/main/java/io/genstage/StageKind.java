package io.genstage;

/**
 * The three kinds of stage.
 */
public enum StageKind {

	/**
	 * Makes events.
	 */
	PRODUCER("producer"),

	/**
	 * Turns events into other events.
	 */
	PRODUCER_CONSUMER("producer-consumer"),

	/**
	 * Handles events.
	 */
	CONSUMER("consumer");

	private final String label;

	StageKind(String label) {
		this.label = label;
	}

	/**
	 * Returns the kind that a stage has by its type.
	 * @param stage a stage
	 * @return its kind
	 */
	public static StageKind of(Stage stage) {
		if (stage instanceof ProducerStage<?>) {
			return PRODUCER;
		}
		return (stage instanceof ConsumerStage<?>) ? CONSUMER : PRODUCER_CONSUMER;
	}

	/**
	 * Returns whether stages of this kind have producers.
	 * @return {@code false} for a producer
	 */
	public boolean consumes() {
		return this != PRODUCER;
	}

	/**
	 * Returns whether stages of this kind have consumers.
	 * @return {@code false} for a consumer
	 */
	public boolean produces() {
		return this != CONSUMER;
	}

	/**
	 * Returns the word for people and metric tags.
	 * @return for example {@code producer-consumer}
	 */
	@Override
	public String toString() {
		return this.label;
	}

}
