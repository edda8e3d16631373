package io.genstage.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * The lines of a file or another resource in UTF-8, without their line breaks, which are
 * {@code \n} or {@code \r\n}. It is opened for each page, and what comes before the page
 * is skipped.
 */
public final class Lines implements CheckpointedSource<LinePosition, String> {

	private final Callable<? extends InputStream> resource;

	private final @Nullable Callable<Long> size;

	private final boolean growing;

	private Lines(Callable<? extends InputStream> resource, @Nullable Callable<Long> size, boolean growing) {
		this.resource = Objects.requireNonNull(resource, "resource must not be null");
		this.size = size;
		this.growing = growing;
	}

	/**
	 * Returns the lines of a file, which end at its end.
	 * @param file the file, which must exist when it is read
	 * @return the lines
	 */
	public static Lines of(Path file) {
		Objects.requireNonNull(file, "file must not be null");
		return of(() -> Files.newInputStream(file)).sized(() -> Files.size(file));
	}

	/**
	 * Returns the lines of something that can be opened again and again, which end at its
	 * end.
	 * @param resource opens it at its beginning
	 * @return the lines
	 */
	public static Lines of(Callable<? extends InputStream> resource) {
		return new Lines(resource, null, false);
	}

	/**
	 * Returns the same lines without an end: others may be appended, and are read then. A
	 * line that has no line break yet isn't complete, and waits for it.
	 * @return the changed lines
	 */
	public Lines growing() {
		return new Lines(this.resource, this.size, true);
	}

	/**
	 * Returns the same lines with a size, of which {@linkplain CheckpointedProducer
	 * progress} is shown. Those of a file have one.
	 * @param size returns how many bytes there are, such as a resource's content length;
	 * called once in each run, beside the stage. What it throws stops the stage
	 * @return the changed lines
	 */
	public Lines sized(Callable<Long> size) {
		return new Lines(this.resource, Objects.requireNonNull(size, "size must not be null"), this.growing);
	}

	/**
	 * Returns the size in bytes, if there is one. What grows has no end, and so no size.
	 */
	@Override
	public @Nullable Extent<LinePosition> extent(@Nullable LinePosition position) throws Exception {
		return (this.size != null && !this.growing) ? Extent.ofBytes(this.size.call(), LinePosition::offset) : null;
	}

	/**
	 * Reads lines.
	 * @throws IOException also if there are fewer bytes than were read before
	 */
	@Override
	public Page<LinePosition, String> read(@Nullable LinePosition position, int max) throws Exception {
		long line = (position != null) ? position.line() : 0;
		long offset = (position != null) ? position.offset() : 0;
		List<Element<LinePosition, String>> lines = new ArrayList<>();
		try (InputStream input = new BufferedInputStream(this.resource.call())) {
			skip(input, offset);
			while (lines.size() < max) {
				ByteArrayOutputStream bytes = new ByteArrayOutputStream();
				boolean complete = readLine(input, bytes);
				if (!complete && (bytes.size() == 0 || this.growing)) {
					return this.growing ? Page.of(lines) : Page.last(lines);
				}
				line++;
				offset += bytes.size() + (complete ? 1 : 0);
				lines.add(new Element<>(new LinePosition(line, offset), text(bytes, complete)));
			}
		}
		return Page.of(lines);
	}

	private static void skip(InputStream input, long offset) throws IOException {
		try {
			input.skipNBytes(offset);
		}
		catch (EOFException ex) {
			throw new IOException(
					"expected at least the %d bytes that were read before: was the content replaced?".formatted(offset),
					ex);
		}
	}

	/** Returns whether there is a line break. */
	private static boolean readLine(InputStream input, ByteArrayOutputStream bytes) throws IOException {
		int next = input.read();
		while (next >= 0 && next != '\n') {
			bytes.write(next);
			next = input.read();
		}
		return next == '\n';
	}

	private static String text(ByteArrayOutputStream bytes, boolean complete) {
		String text = bytes.toString(StandardCharsets.UTF_8);
		return (complete && text.endsWith("\r")) ? text.substring(0, text.length() - 1) : text;
	}

}
