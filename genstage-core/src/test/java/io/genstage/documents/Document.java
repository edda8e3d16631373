package io.genstage.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A Markdown file of this project: what it links to, and what of it can be linked to.
 */
record Document(Path file, String text) {

	/** The root of the project, where the tests of a module run below it. */
	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Set<String> OUTPUT = Set.of("target", "node_modules", "results");

	private static final Pattern FENCE = Pattern.compile("^ *```.*?^ *```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("`[^`\n]*`");

	private static final Pattern LINK = Pattern.compile("\\]\\(\\s*([^)\\s]+)[^)]*\\)");

	private static final Pattern ATTRIBUTE = Pattern.compile("(?:href|src|srcset)=\"([^\"]+)\"");

	private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*?) *#*$", Pattern.MULTILINE);

	private static final Pattern ID = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");

	/**
	 * Returns all documents but those in the output of a build or in hidden folders,
	 * except .github.
	 */
	static List<Document> all() throws IOException {
		List<Document> documents = new ArrayList<>();
		Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
				String name = folder.getFileName().toString();
				boolean hidden = name.startsWith(".") && !name.equals(".github");
				return (!folder.equals(ROOT) && (hidden || OUTPUT.contains(name))) ? FileVisitResult.SKIP_SUBTREE
						: FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				if (file.toString().endsWith(".md")) {
					documents.add(read(file));
				}
				return FileVisitResult.CONTINUE;
			}

		});
		return documents;
	}

	static Document read(Path file) {
		try {
			return new Document(file, Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the targets of links and images outside of code, as they are written. */
	List<String> links() {
		String prose = CODE.matcher(withoutFences()).replaceAll("");
		List<String> links = new ArrayList<>();
		LINK.matcher(prose).results().forEach((link) -> links.add(link.group(1)));
		ATTRIBUTE.matcher(prose).results().forEach((link) -> links.add(link.group(1)));
		return links;
	}

	/**
	 * Returns the anchors that GitHub gives the headings, and those that the document
	 * names itself.
	 */
	Set<String> anchors() {
		Set<String> anchors = new HashSet<>();
		Map<String, Integer> seen = new HashMap<>();
		HEADING.matcher(withoutFences()).results().forEach((heading) -> {
			String anchor = anchor(heading.group(1));
			int before = seen.merge(anchor, 1, Integer::sum) - 1;
			anchors.add((before == 0) ? anchor : anchor + "-" + before);
		});
		ID.matcher(this.text).results().forEach((id) -> anchors.add(id.group(1)));
		return anchors;
	}

	private String withoutFences() {
		return FENCE.matcher(this.text).replaceAll("");
	}

	/**
	 * Only the text of links counts; of the rest letters, digits, blanks, hyphens and
	 * underscores.
	 */
	private static String anchor(String heading) {
		return heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^\\p{L}\\p{N} _-]", "")
			.replace(' ', '-');
	}

}
