package io.genstage.kafka;

import java.util.Set;

/**
 * A topic of a link doesn't exist.
 */
final class MissingTopicException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MissingTopicException(String link, Set<String> topics) {
		super("link '%s': the broker has no topic %s. Create it, or let it be created by the setting 'create-topics'"
			.formatted(link, String.join(", ", topics)));
	}

}
