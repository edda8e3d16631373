package io.genstage.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages of the manual whose code is compiled and run by the tests of this package.
 */
final class ManualPages {

	/**
	 * Its YAML is shown by this package, its Java by the one of the same name in the
	 * core.
	 */
	static final Path LINKS = Path.of("../docs/links.md");

	private static final Path FOLDER = Path.of("../docs");

	private ManualPages() {
	}

	/** Returns those whose Java is all of this package. */
	static List<Path> ofThisPackage() {
		List<Path> pages = new ArrayList<>();
		for (String page : List.of("handlers.md", "failures.md", "lifecycle.md", "operations.md", "settings.md")) {
			pages.add(FOLDER.resolve(page));
		}
		return pages;
	}

	/** Returns all of them, and those that have some of their code from elsewhere. */
	static List<Path> all() {
		List<Path> pages = new ArrayList<>(ofThisPackage());
		pages.add(LINKS);
		pages.add(FOLDER.resolve("dead-letters.md"));
		return pages;
	}

}
