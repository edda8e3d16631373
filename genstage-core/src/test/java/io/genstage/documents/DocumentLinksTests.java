package io.genstage.documents;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each link of a document leads to a file of this project, and to a heading that is in
 * it. Links to other places are left alone: a test needs no network.
 */
class DocumentLinksTests {

	@Test
	void leadToFilesAndHeadingsThatExist() throws IOException {
		List<Document> documents = Document.all();
		assertThat(documents).extracting((document) -> Document.ROOT.relativize(document.file()).toString())
			.contains("README.md", "docs/handlers.md", "sample-app/README.md");
		assertThat(documents).flatExtracting(Document::links).hasSizeGreaterThan(200);
		assertThat(documents).flatExtracting(DocumentLinksTests::broken).isEmpty();
	}

	@Test
	void areMissedOtherwise(@TempDir Path folder) throws IOException {
		Files.writeString(folder.resolve("there.md"), """
				# A *heading*, and `code`

				## Twice

				## Twice
				""");
		Path file = Files.writeString(folder.resolve("from.md"), """
				## Here

				[a](there.md), [b](there.md#a-heading-and-code), [c](there.md#twice-1), [d](#here), [e
				f](there.md#twice), `[g](code.md)`, <https://example.org>, [h](https://example.org/none)

				```text
				[i](fenced.md)
				```

				[j](missing.md), [k](there.md#twice-2), [l](#nowhere), ![m](missing.svg), <img src="missing.png">
				""");
		assertThat(broken(Document.read(file))).extracting((broken) -> broken.substring(broken.indexOf(' ') + 1))
			.containsExactlyInAnyOrder("missing.md", "there.md#twice-2", "#nowhere", "missing.svg", "missing.png");
	}

	private static List<String> broken(Document document) {
		List<String> broken = new ArrayList<>();
		for (String link : document.links()) {
			if (!link.matches("[a-z]+:.*") && !exists(document, URLDecoder.decode(link, StandardCharsets.UTF_8))) {
				broken.add(document.file() + ": " + link);
			}
		}
		return broken;
	}

	private static boolean exists(Document document, String link) {
		int hash = link.indexOf('#');
		String path = (hash < 0) ? link : link.substring(0, hash);
		Path target = path.isEmpty() ? document.file() : document.file().resolveSibling(path).normalize();
		if (!Files.exists(target)) {
			return false;
		}
		return hash < 0 || Document.read(target).anchors().contains(link.substring(hash + 1));
	}

}
