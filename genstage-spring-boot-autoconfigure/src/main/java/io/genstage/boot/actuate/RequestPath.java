package io.genstage.boot.actuate;

import java.util.List;

import org.springframework.core.convert.converter.Converter;

/**
 * The part of a request's path behind the name of an endpoint.
 * <p>
 * A parameter of the query would take the place of one of the path that has its name, so
 * that a rule for the path, such as who may see which stage, could be got round. But it
 * comes as one text, or several, while the rest of a path comes as its segments. So only
 * the path can become an object of this type; the request fails otherwise.
 *
 * @param segments the segments of the path, decoded
 */
public record RequestPath(List<String> segments) {

	public RequestPath {
		segments = List.copyOf(segments);
	}

	/** Returns all of it, as the name of a stage, which has no slash. */
	String joined() {
		return String.join("/", this.segments);
	}

	/**
	 * Makes the path of its segments.
	 */
	public static final class SegmentsConverter implements Converter<String[], RequestPath> {

		@Override
		public RequestPath convert(String[] segments) {
			return new RequestPath(List.of(segments));
		}

	}

}
