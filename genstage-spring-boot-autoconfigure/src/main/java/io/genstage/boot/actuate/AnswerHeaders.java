package io.genstage.boot.actuate;

import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * The headers of an answer of an endpoint, which the infrastructure of endpoints has no
 * place for. They are known for requests to servlets; others have none, but those of the
 * page that {@link GenStagePageFilter} adds.
 */
interface AnswerHeaders {

	/**
	 * Marks the answer with its version.
	 * @param version the version of what would be answered
	 * @return whether who asks has it already, so that nothing has to be answered
	 */
	boolean isKnown(String version);

	/** Adds headers to the answer. */
	void add(Map<String, String> headers);

	static AnswerHeaders ofThisApplication() {
		ClassLoader loader = AnswerHeaders.class.getClassLoader();
		boolean servlets = ClassUtils.isPresent("org.springframework.web.context.request.ServletWebRequest", loader)
				&& ClassUtils.isPresent("jakarta.servlet.http.HttpServletResponse", loader);
		return servlets ? new OfServlets() : new OfOthers();
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
						.checkNotModified("\"" + version + "\"");
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
