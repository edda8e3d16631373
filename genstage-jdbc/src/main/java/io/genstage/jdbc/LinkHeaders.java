package io.genstage.jdbc;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.util.StringUtils;

/**
 * Headers as a text in a column: names and values, encoded as in the query of a URL.
 */
final class LinkHeaders {

	private LinkHeaders() {
	}

	static String write(Map<String, String> headers) {
		StringBuilder text = new StringBuilder();
		new TreeMap<>(headers).forEach((name, value) -> text.append(text.isEmpty() ? "" : "&")
			.append(encode(name))
			.append('=')
			.append(encode(value)));
		return text.toString();
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
		return isPlain(text) ? text : URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	/** Most texts are, such as ids and names, and encoding takes long. */
	private static boolean isPlain(String text) {
		return text.chars().allMatch(LinkHeaders::isPlain);
	}

	private static boolean isPlain(int character) {
		return isBetween(character, 'a', 'z') || isBetween(character, 'A', 'Z') || isBetween(character, '0', '9')
				|| character == '-' || character == '_' || character == '.';
	}

	private static boolean isBetween(int character, char first, char last) {
		return character >= first && character <= last;
	}

	private static String decode(String text) {
		boolean isPlain = text.indexOf('%') < 0 && text.indexOf('+') < 0;
		return isPlain ? text : URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

}
