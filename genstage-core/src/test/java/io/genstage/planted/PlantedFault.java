package io.genstage.planted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small mistake in one class of the engine, as a change of its source.
 *
 * @param name what is wrong
 * @param source the source file, below {@code src/main/java/io/genstage}
 * @param sound what the engine says, which has to be there exactly once
 * @param faulty what the mistake says in its place
 * @param symptom a part of the message by which a check complains
 */
record PlantedFault(String name, String source, String sound, String faulty, String symptom) {

	private static final Path SOURCES = Path.of("src/main/java");

	private static final String ENGINE = "io/genstage/";

	/** Returns the source with the mistake in it. */
	String faultySource() {
		String text = read(SOURCES.resolve(ENGINE + this.source + ".java"));
		int place = text.indexOf(this.sound);
		if (place < 0 || text.indexOf(this.sound, place + 1) >= 0) {
			throw new IllegalStateException(
					"'%s' has to be exactly once in %s for the fault '%s': adapt the fault to the engine"
						.formatted(this.sound, this.source, this.name));
		}
		return text.substring(0, place) + this.faulty + text.substring(place + this.sound.length());
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the name of the class, with slashes. */
	String className() {
		return ENGINE + this.source;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
