package io.genstage.kafka;

import java.lang.System.Logger.Level;
import java.util.function.Consumer;

import io.genstage.link.LinkListener;
import io.genstage.log.StageLog;

/**
 * Logs how the topic of rejected messages stands. Their reader hears by itself whether
 * the broker is away.
 *
 * @param link whose topic it is
 * @param whenFailed hears why nothing can be kept there any more
 */
record DeadLetterListener(KafkaLinkSettings link, Consumer<Throwable> whenFailed) implements LinkListener {

	private static final System.Logger logger = StageLog.of(DeadLetterListener.class);

	@Override
	public void interrupted(Throwable cause) {
		logger.log(Level.WARNING, () -> "link '%s': rejected messages wait until %s can be reached: %s"
			.formatted(this.link.link(), this.link.deadLetterTopic(), cause));
	}

	@Override
	public void recovered() {
		logger.log(Level.INFO, () -> "link '%s': rejected messages are sent to %s again".formatted(this.link.link(),
				this.link.deadLetterTopic()));
	}

	@Override
	public void failed(Throwable cause) {
		logger.log(Level.ERROR, () -> "link '%s': rejected messages can't be kept in %s".formatted(this.link.link(),
				this.link.deadLetterTopic()), cause);
		this.whenFailed.accept(cause);
	}

}
