package io.genstage.boot.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.PathMapper;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.MimeType;
import org.springframework.util.StreamUtils;

/**
 * A page that shows the pipelines at work. It is a frame only: what it shows it reads
 * from the {@code genstage} endpoint, in the browser and with the rights of whoever
 * looks.
 */
@WebEndpoint(id = GenStagePageEndpoint.ID, defaultAccess = Access.NONE)
public class GenStagePageEndpoint {

	static final String ID = "genstageui";

	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
			+ "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

	/** Asked for again each time, so that a page is never older than its application. */
	static final Map<String, String> HEADERS = Map.of("Content-Security-Policy", POLICY, "X-Content-Type-Options",
			"nosniff", "Referrer-Policy", "no-referrer", "Cache-Control", "no-cache");

	private static final MimeType HTML = MimeType.valueOf("text/html;charset=UTF-8");

	private static final Map<String, MimeType> FILES = Map.of("page.css", MimeType.valueOf("text/css;charset=UTF-8"),
			"page.js", MimeType.valueOf("text/javascript;charset=UTF-8"));

	private final String page;

	private final AnswerHeaders headers = AnswerHeaders.ofThisApplication();

	/**
	 * Creates the endpoint.
	 * @param pathMappers say where the application has put its endpoints
	 */
	public GenStagePageEndpoint(List<PathMapper> pathMappers) {
		String own = PathMapper.getRootPath(pathMappers, EndpointId.of(ID));
		String up = "../".repeat((int) own.chars().filter((character) -> character == '/').count());
		this.page = read("page.html").replace("{own}", own.substring(own.lastIndexOf('/') + 1))
			.replace("{genstage}", up + PathMapper.getRootPath(pathMappers, EndpointId.of("genstage")))
			.replace("{deadletters}", up + PathMapper.getRootPath(pathMappers, EndpointId.of("genstagedeadletters")));
	}

	/**
	 * Returns the page.
	 * @return HTML
	 */
	@ReadOperation(produces = "text/html")
	public WebEndpointResponse<String> page() {
		this.headers.add(HEADERS);
		return new WebEndpointResponse<>(this.page, HTML);
	}

	/**
	 * Returns a file that is a part of the page.
	 * @param file its name
	 * @return the file, 404 if there is none of that name
	 */
	@ReadOperation(produces = { "text/css", "text/javascript" })
	public @Nullable WebEndpointResponse<String> file(@Selector String file) {
		MimeType type = FILES.get(file);
		if (type == null) {
			return null;
		}
		this.headers.add(HEADERS);
		return new WebEndpointResponse<>(read(file), type);
	}

	private static String read(String file) {
		try (InputStream stream = GenStagePageEndpoint.class.getResourceAsStream(file)) {
			if (stream == null) {
				throw new IllegalStateException("%s is not in the jar".formatted(file));
			}
			return StreamUtils.copyToString(stream, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
