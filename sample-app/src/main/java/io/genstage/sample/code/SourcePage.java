package io.genstage.sample.code;

import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.web.util.HtmlUtils;

/**
 * The page that shows a source of the sample: coloured by classes of its style sheet,
 * with the declaration of the stage marked, and with links to the types of the sample.
 *
 * @param room the package of the type, below that of the sample
 * @param type the simple name of the type
 * @param source its text
 * @param known whether a package and a type are a source that can be shown
 */
record SourcePage(String room, String type, String source, BiPredicate<String, String> known) {

	/**
	 * Each place of the source is looked at once, and the first of these that fits
	 * counts.
	 */
	private static final Pattern PARTS = Pattern.compile(
			"""
					(?<comment>/\\*.*?\\*/|//[^\\n]*)
					|(?<text>\"""(?:[^"\\\\]++|\\\\.|"(?!""))*+\"""|"(?:[^"\\\\\\n]++|\\\\.)*+"|'(?:[^'\\\\\\n]++|\\\\.)*+')
					|(?<stage>(?<=\\n)\\t*@(?:ProducerConsumer|Producer|Consumer)\\b)
					|(?<annotation>@(?!interface)\\w+)
					|(?<body>\\{\\n)
					|(?<keyword>\\b(?:abstract|boolean|break|case|catch|class|default|double|else|enum|extends|false|final
						|finally|for|if|implements|import|instanceof|int|interface|long|new|null|package|private|protected|public
						|record|return|static|super|switch|this|throw|throws|true|try|var|void|while)\\b)
					|(?<name>\\b[A-Z]\\w*)""",
			Pattern.COMMENTS | Pattern.DOTALL);

	private static final Pattern IMPORT = Pattern.compile("import io\\.genstage\\.sample\\.([a-z]+)\\.(\\w+);");

	private static final String PAGE = """
			<!doctype html>
			<html lang="en">
			<head>
				<meta charset="utf-8">
				<meta name="viewport" content="width=device-width, initial-scale=1">
				<meta name="color-scheme" content="light dark">
				<title>{type}: the sample of GenStage for Spring</title>
				<link rel="icon" href="data:,">
				<link rel="stylesheet" href="../../start.css">
				<link rel="stylesheet" href="../../code.css">
			</head>
			<body>
				<header>
					<p><a href="../../">Two pipelines to play with</a></p>
					<h1>{type}</h1>
					<p><code>sample-app/src/main/java/{file}</code></p>
				</header>
				<main>
					<pre class="card source" tabindex="0" aria-label="The code of {type}"><code>{code}</code></pre>
				</main>
			</body>
			</html>
			""";

	/**
	 * Returns the page. Nothing of the source gets into it as it is.
	 * @return HTML
	 */
	String html() {
		return PAGE.replace("{type}", this.type)
			.replace("{file}", Sources.SAMPLE + this.room + "/" + this.type + ".java")
			.replace("{code}", code());
	}

	private String code() {
		StringBuilder code = new StringBuilder();
		boolean inDeclaration = false;
		int end = 0;
		Matcher parts = PARTS.matcher(this.source);
		while (parts.find()) {
			code.append(escaped(this.source.substring(end, parts.start())));
			end = parts.end();
			if (parts.group("body") != null) {
				code.append(inDeclaration ? "{\n</mark>" : "{\n");
				inDeclaration = false;
			}
			else {
				if (parts.group("stage") != null) {
					code.append("<mark>");
					inDeclaration = true;
				}
				code.append(part(parts));
			}
		}
		return code.append(escaped(this.source.substring(end))).toString();
	}

	private String part(Matcher part) {
		if (part.group("name") != null) {
			return name(part.group());
		}
		for (String kind : new String[] { "comment", "text", "keyword" }) {
			if (part.group(kind) != null) {
				return span(kind, part.group());
			}
		}
		return span("annotation", part.group());
	}

	private static String span(String kind, String text) {
		return "<span class=\"%s\">%s</span>".formatted(kind, escaped(text));
	}

	private String name(String name) {
		return roomOf(name).map((room) -> "<a href=\"../%s/%s\">%s</a>".formatted(room, name, name)).orElse(name);
	}

	/** Returns where a type that is named here is, if it is another one of the sample. */
	private Optional<String> roomOf(String name) {
		if (name.equals(this.type)) {
			return Optional.empty();
		}
		return IMPORT.matcher(this.source)
			.results()
			.filter((imported) -> imported.group(2).equals(name))
			.map((MatchResult imported) -> imported.group(1))
			.findFirst()
			.or(() -> Optional.of(this.room))
			.filter((room) -> this.known.test(room, name));
	}

	private static String escaped(String text) {
		return HtmlUtils.htmlEscape(text, "UTF-8");
	}

}
