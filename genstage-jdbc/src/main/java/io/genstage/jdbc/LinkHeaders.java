package io.genstage.jdbc;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.springframework.util.StringUtils;

/**
 * Headers as a text in a column: names and values, encoded as in the query of a URL.
 */
final class LinkHeaders {

	private LinkHeaders() {
	}

	static String write(Map<String, String> headers) {
		return new TreeMap<>(headers).entrySet()
			.stream()
			.map((header) -> encode(header.getKey()) + "=" + encode(header.getValue()))
			.collect(Collectors.joining("&"));
	}

	static Map<String, String> read(String text) {
		Map<String, String> headers = new LinkedHashMap<>();
		for (String header : StringUtils.delimitedListToStringArray(text, "&")) {
			int end = header.indexOf('=');
			headers.put(decode(header.substring(0, end)), decode(header.substring(end + 1)));
		}
		return headers;
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

}
