package io.genstage.sample.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * The sources of the sample, which the build packages beside its classes.
 */
@Component
class Sources {

	/** Where the build puts them, see {@code pom.xml}. */
	static final String PACKAGED = "sources/";

	static final String SAMPLE = "io/genstage/sample/";

	/**
	 * Returns a source.
	 * @param room the package of the type, below that of the sample
	 * @param type the simple name of the type
	 * @return its text, empty if there is no such type
	 */
	Optional<String> read(String room, String type) {
		ClassPathResource resource = resource(room, type);
		if (!resource.exists()) {
			return Optional.empty();
		}
		try {
			return Optional.of(resource.getContentAsString(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	boolean contain(String room, String type) {
		return resource(room, type).exists();
	}

	private static ClassPathResource resource(String room, String type) {
		return new ClassPathResource(PACKAGED + SAMPLE + room + "/" + type + ".java");
	}

}
