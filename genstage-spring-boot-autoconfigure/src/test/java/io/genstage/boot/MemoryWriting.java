package io.genstage.boot;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkWriter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends messages as somebody else does.
 */
final class MemoryWriting {

	private MemoryWriting() {
	}

	static void send(LinkProvider links, String link, String... payloads) {
		send(links, link,
				Arrays.stream(payloads)
					.map((payload) -> LinkMessage.of(payload.getBytes(StandardCharsets.UTF_8)))
					.toArray(LinkMessage[]::new));
	}

	static void send(LinkProvider links, String link, LinkMessage... messages) {
		try (LinkWriter writer = links.openWriter(LinkDefinition.of(link), new Deaf())) {
			for (LinkMessage message : messages) {
				assertThat(writer.send(message)).succeedsWithin(Duration.ofMinutes(1));
			}
		}
	}

	/**
	 * Doesn't care how the link stands.
	 */
	static class Deaf implements LinkListener {

		@Override
		public void interrupted(Throwable cause) {
		}

		@Override
		public void recovered() {
		}

		@Override
		public void failed(Throwable cause) {
		}

	}

}
