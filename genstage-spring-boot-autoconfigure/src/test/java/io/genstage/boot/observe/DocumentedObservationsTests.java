package io.genstage.boot.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/operations.md} has each observation and each of its keys in a table.
 */
class DocumentedObservationsTests {

	private static final Path DOCUMENT = Path.of("../docs/operations.md");

	private static final Pattern ROW = Pattern.compile(
			"^\\| `(genstage\\.(?:handle|emit|link\\.send|link\\.receive))` \\| (?:`([\\w.]+)`)? ?\\| ([a-z, ]*)\\|",
			Pattern.MULTILINE);

	@Test
	void areThoseOfTheCode() throws IOException {
		List<String> rows = ROW.matcher(Files.readString(DOCUMENT))
			.results()
			.map((row) -> row(row.group(1), row.group(2), row.group(3).strip()))
			.toList();
		assertThat(rows).isNotEmpty()
			.containsExactlyElementsOf(
					Arrays.stream(GenStageObservation.values()).flatMap(DocumentedObservationsTests::rows).toList());
	}

	private static Stream<String> rows(GenStageObservation observation) {
		String name = switch (observation) {
			case HANDLE -> new DefaultHandlingObservationConvention().getName();
			case EMIT -> new DefaultEmittingObservationConvention().getName();
			case LINK_SEND -> new DefaultLinkSendingObservationConvention().getName();
			case LINK_RECEIVE -> new DefaultLinkReceivingObservationConvention().getName();
		};
		Function<KeyName[], Stream<String>> keys = (all) -> Arrays.stream(all).map(KeyName::asString);
		return Stream
			.of(Stream.of(row(name, null, "")),
					keys.apply(observation.getLowCardinalityKeyNames()).map((key) -> row(name, key, "traces, meters")),
					keys.apply(observation.getHighCardinalityKeyNames()).map((key) -> row(name, key, "traces")))
			.flatMap((rows) -> rows);
	}

	private static String row(String observation, @Nullable String key, String seenIn) {
		return "%s %s %s".formatted(observation, (key != null) ? key : "-", seenIn);
	}

}
