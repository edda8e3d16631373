package io.genstage.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import io.genstage.link.LinkDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * What is said of one link.
 *
 * @param link its name
 * @param topic where its messages are
 * @param group who reads it together
 * @param deadLetterTopic where its rejected messages are
 * @param options all the rest
 */
record KafkaLinkSettings(String link, String topic, String group, String deadLetterTopic, KafkaLinkOptions options) {

	private static final String GROUP = "group";

	private static final String START = "start";

	private static final String COMMIT_INTERVAL = "commit-interval";

	private static final String MAX_AHEAD = "max-ahead";

	private static final String DEAD_LETTER_TOPIC = "dead-letter-topic";

	private static final String CREATE_TOPICS = "create-topics";

	private static final String PARTITIONS = "partitions";

	private static final Set<String> KNOWN = new TreeSet<>(
			Set.of(GROUP, START, COMMIT_INTERVAL, MAX_AHEAD, DEAD_LETTER_TOPIC, CREATE_TOPICS, PARTITIONS));

	/**
	 * Reads the settings of a link.
	 * @param link the link
	 * @param defaults what applies where it says nothing
	 * @return what is said of it
	 * @throws IllegalArgumentException if a setting is unknown or wrong
	 */
	static KafkaLinkSettings of(LinkDefinition link, KafkaLinkOptions defaults) {
		Map<String, String> settings = link.settings();
		Set<String> unknown = new TreeSet<>(settings.keySet());
		unknown.removeAll(KNOWN);
		if (!unknown.isEmpty()) {
			throw new IllegalArgumentException(
					"link '%s' has settings that a link over Kafka doesn't know: %s;".formatted(link.name(), unknown)
							+ " it knows " + KNOWN);
		}
		Reader reader = new Reader(link.name(), settings);
		String start = reader.value(START, (text) -> text, defaults.start());
		Duration commitInterval = reader.value(COMMIT_INTERVAL, DurationFormatterUtils::detectAndParse,
				defaults.commitInterval());
		int maxAhead = reader.value(MAX_AHEAD, KafkaLinkSettings::number, defaults.maxAhead());
		boolean createTopics = reader.value(CREATE_TOPICS, KafkaLinkSettings::flag, defaults.createTopics());
		Integer partitions = settings.containsKey(PARTITIONS) ? reader.value(PARTITIONS, KafkaLinkSettings::number, 0)
				: defaults.partitions();
		KafkaLinkOptions options = reader.read("a setting", () -> new KafkaLinkOptions(start, commitInterval, maxAhead,
				defaults.deadLetterSuffix(), createTopics, partitions));
		String topic = link.destination();
		return new KafkaLinkSettings(link.name(), topic, reader.text(GROUP, "genstage." + link.name()),
				reader.text(DEAD_LETTER_TOPIC, topic + options.deadLetterSuffix()), options);
	}

	private static Integer number(String text) {
		try {
			return Integer.valueOf(text);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("not a whole number up to " + Integer.MAX_VALUE, ex);
		}
	}

	private static boolean flag(String text) {
		return switch (text) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IllegalArgumentException("neither true nor false");
		};
	}

	StartPosition start() {
		return StartPosition.parse(this.options.start());
	}

	Duration commitInterval() {
		return this.options.commitInterval();
	}

	/**
	 * Reads texts, and says of which setting one is that can't be read.
	 *
	 * @param link the name of the link
	 * @param settings the texts
	 */
	private record Reader(String link, Map<String, String> settings) {

		<T> T value(String name, Function<String, T> parser, T fallback) {
			String text = this.settings.get(name);
			return (text != null) ? read("setting '%s' = '%s'".formatted(name, text), () -> parser.apply(text))
					: fallback;
		}

		String text(String name, String fallback) {
			String text = value(name, Function.identity(), fallback);
			if (text.isBlank()) {
				throw new IllegalArgumentException("link '%s': setting '%s' is blank".formatted(this.link, name));
			}
			return text;
		}

		<T> T read(String what, Parsing<T> parsing) {
			try {
				return parsing.parse();
			}
			catch (IllegalArgumentException | ArithmeticException ex) {
				throw new IllegalArgumentException(
						"link '%s': %s is wrong: %s".formatted(this.link, what, ex.getMessage()), ex);
			}
		}

	}

	@FunctionalInterface
	private interface Parsing<T extends @Nullable Object> {

		T parse();

	}

}
