package io.genstage.boot.actuate;

import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * The headers of an answer of an endpoint, which the infrastructure of endpoints has no
 * place for. They are those of the request that is bound to the thread, if it is one to a
 * servlet, or of an exchange; others have none, but those of the page that
 * {@link GenStagePageFilter} adds.
 */
interface AnswerHeaders {

	/**
	 * Marks the answer with its version. The tag is a weak one: servers don't compress
	 * what has a strong one, as they would change its bytes.
	 * @param version the version of what would be answered
	 * @return whether who asks has it already, so that nothing has to be answered
	 */
	boolean isKnown(String version);

	/** Adds headers to the answer. */
	void add(Map<String, String> headers);

	private static String tag(String version) {
		return "W/\"" + version + "\"";
	}

	static AnswerHeaders ofThisApplication() {
		ClassLoader loader = AnswerHeaders.class.getClassLoader();
		boolean servlets = ClassUtils.isPresent("org.springframework.web.context.request.ServletWebRequest", loader)
				&& ClassUtils.isPresent("jakarta.servlet.http.HttpServletResponse", loader);
		return servlets ? new OfServlets() : new OfOthers();
	}

	/**
	 * Returns the headers of an answer to an exchange.
	 * @param exchange the exchange, {@code null} if it is not known
	 */
	static AnswerHeaders of(@Nullable ServerWebExchange exchange) {
		return (exchange != null) ? new OfExchange(exchange) : new OfOthers();
	}

	/**
	 * Headers where the request is bound to the thread.
	 */
	final class OfServlets implements AnswerHeaders {

		@Override
		public boolean isKnown(String version) {
			return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
					&& attributes.getResponse() != null
					&& new ServletWebRequest(attributes.getRequest(), attributes.getResponse())
						.checkNotModified(tag(version));
		}

		@Override
		public void add(Map<String, String> headers) {
			if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
				HttpServletResponse response = attributes.getResponse();
				if (response != null) {
					headers.forEach(response::setHeader);
				}
			}
		}

	}

	/**
	 * Headers where the exchange is at hand.
	 */
	final class OfExchange implements AnswerHeaders {

		private final ServerWebExchange exchange;

		OfExchange(ServerWebExchange exchange) {
			this.exchange = exchange;
		}

		@Override
		public boolean isKnown(String version) {
			return this.exchange.checkNotModified(tag(version));
		}

		@Override
		public void add(Map<String, String> headers) {
			headers.forEach(this.exchange.getResponse().getHeaders()::set);
		}

	}

	/**
	 * No headers.
	 */
	final class OfOthers implements AnswerHeaders {

		@Override
		public boolean isKnown(String version) {
			return false;
		}

		@Override
		public void add(Map<String, String> headers) {
			// There is no place for them.
		}

	}

}
