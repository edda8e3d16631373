package io.genstage.boot.handler;

import java.util.List;

import io.genstage.ProducerStage;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
import io.genstage.source.Poll;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;

/**
 * Polls user code. If an answer fails behind events that were there, these go on their
 * way, and the next poll fails.
 */
final class AnswerPoll implements Poll<Object> {

	private final HandlerResult result;

	private final UserCode code;

	private @Nullable Throwable failure;

	/**
	 * Creates a poll for one run of a producer.
	 * @param result what an answer stands for
	 * @param code is asked
	 */
	private AnswerPoll(HandlerResult result, UserCode code) {
		this.result = result;
		this.code = code;
	}

	/**
	 * Creates a producer that polls.
	 * @param result what an answer stands for
	 * @param code is asked
	 * @param settings what is in force for the stage
	 */
	static ProducerStage<Object> producer(HandlerResult result, UserCode code, SettingValues settings) {
		return Sources.polling(new AnswerPoll(result, code), settings.required(SettingTable.POLL_PAUSE),
				settings.required(SettingTable.POLL_MAX_PAUSE));
	}

	@Override
	public List<Object> poll(int limit) throws Exception {
		if (this.failure instanceof Error error) {
			throw error;
		}
		if (this.failure != null) {
			throw (Exception) this.failure;
		}
		return this.result.events(this.code.answer(limit), (ex) -> this.failure = ex);
	}

	/**
	 * What is asked for events.
	 */
	@FunctionalInterface
	interface UserCode {

		/**
		 * Answers with what stands for events.
		 * @param limit how many are wanted
		 */
		@Nullable Object answer(int limit) throws Exception;

	}

}
