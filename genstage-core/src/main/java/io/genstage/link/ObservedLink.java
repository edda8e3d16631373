package io.genstage.link;

import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * An end of a link whose messages somebody may observe, who never disturbs it.
 *
 * @param stage the stage at this end
 * @param link the link
 * @param observer the observer, null if there is none
 */
record ObservedLink(StageRef stage, LinkDefinition link, @Nullable LinkObserver observer) {

	private static final System.Logger logger = StageLog.of(ObservedLink.class);

	static ObservedLink of(StageContext context, LinkDefinition link) {
		return new ObservedLink(context.self(), link,
				(context.observer() instanceof LinkObserver observer) ? observer : null);
	}

	/** Sends a message, with what it carries for the observer. */
	CompletionStage<Void> send(LinkMessage message, Function<LinkMessage, CompletionStage<Void>> writer) {
		LinkObserver.Sending sending = (this.observer != null) ? begin(this.observer, message) : null;
		if (sending == null) {
			return writer.apply(message);
		}
		try {
			return writer.apply(messageOf(sending, message)).whenComplete((sent, failure) -> end(sending, failure));
		}
		catch (RuntimeException ex) {
			end(sending, ex);
			throw ex;
		}
	}

	private LinkObserver.@Nullable Sending begin(LinkObserver observer, LinkMessage message) {
		try {
			return observer.beginSending(this.stage, this.link, message);
		}
		catch (Exception | LinkageError ex) {
			log(observer, ex);
			return null;
		}
	}

	private static LinkMessage messageOf(LinkObserver.Sending sending, LinkMessage message) {
		try {
			return Objects.requireNonNull(sending.message(), "an observer has made a message into none");
		}
		catch (Exception | LinkageError ex) {
			log(sending, ex);
			return message;
		}
	}

	private static void end(LinkObserver.Sending sending, @Nullable Throwable failure) {
		try {
			sending.end(failure);
		}
		catch (Exception | LinkageError ex) {
			log(sending, ex);
		}
	}

	/** Returns what the event of a message is to carry, or null for nothing. */
	@Nullable Object received(LinkMessage message) {
		if (this.observer == null) {
			return null;
		}
		try {
			return this.observer.received(this.stage, this.link, message);
		}
		catch (Exception | LinkageError ex) {
			log(this.observer, ex);
			return null;
		}
	}

	private static void log(Object observer, Throwable failure) {
		logger.log(Level.WARNING, () -> "observer %s failed".formatted(observer.getClass().getName()), failure);
	}

}
