package io.genstage.sample.code;

import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Shows the code of a stage, and of what it uses.
 */
@RestController
@ImportRuntimeHints(SourceHints.class)
class SourceController {

	private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=UTF-8");

	private static final String POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
			+ "form-action 'none'; frame-ancestors 'none'";

	private final Sources sources;

	SourceController(Sources sources) {
		this.sources = sources;
	}

	/**
	 * Shows a type of the sample.
	 * @param room its package, below that of the sample; letters only, so that it can't
	 * lead anywhere else
	 * @param type its simple name, letters only, too
	 * @return the page
	 */
	@GetMapping("/code/{room:[a-z]+}/{type:[A-Za-z]+}")
	ResponseEntity<String> show(@PathVariable String room, @PathVariable String type) {
		String source = this.sources.read(room, type)
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such type"));
		SourcePage page = new SourcePage(room, type, source, this.sources::contain);
		return ResponseEntity.ok().contentType(HTML).header("Content-Security-Policy", POLICY).body(page.html());
	}

}
