package io.genstage.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.CheckpointedSource.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LinesTests {

	@TempDir
	Path directory;

	private Path file(String content) throws IOException {
		return Files.writeString(this.directory.resolve("lines.txt"), content);
	}

	private static Element<LinePosition, String> line(long line, long offset, String text) {
		return new Element<>(new LinePosition(line, offset), text);
	}

	@Test
	void haveTheirNumberAndTheOffsetOfTheirEnd() throws Exception {
		Page<LinePosition, String> page = Lines.of(file("a\r\n\nbäb\nc")).read(null, 10);
		assertThat(page.elements()).containsExactly(line(1, 3, "a"), line(2, 4, ""), line(3, 9, "bäb"),
				line(4, 10, "c"));
		assertThat(page.last()).isTrue();
	}

	@Test
	void goOnBehindAPosition() throws Exception {
		Lines lines = Lines.of(file("a\nb\nc\n"));
		assertThat(lines.read(null, 2)).isEqualTo(Page.of(List.of(line(1, 2, "a"), line(2, 4, "b"))));
		assertThat(lines.read(new LinePosition(2, 4), 1).elements()).containsExactly(line(3, 6, "c"));
		assertThat(lines.read(new LinePosition(3, 6), 1)).isEqualTo(Page.last(List.of()));
	}

	@Test
	void growWithoutAnEnd() throws Exception {
		Path file = file("a\nb");
		Lines lines = Lines.of(file).growing();
		assertThat(lines.read(null, 10)).isEqualTo(Page.of(List.of(line(1, 2, "a"))));
		assertThat(lines.read(new LinePosition(1, 2), 10)).isEqualTo(Page.of(List.of()));
		Files.writeString(file, "c\n", StandardOpenOption.APPEND);
		assertThat(lines.read(new LinePosition(1, 2), 10).elements()).containsExactly(line(2, 5, "bc"));
	}

	@Test
	void areNotReadFromSomethingShorter() throws Exception {
		Lines lines = Lines.of(file("a\n"));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> lines.read(new LinePosition(2, 4), 1))
			.withMessage("expected at least the 4 bytes that were read before: was the content replaced?");
	}

	@Test
	void mayBeThoseOfAnything() throws Exception {
		byte[] bytes = "a\nb".getBytes(StandardCharsets.UTF_8);
		assertThat(Lines.of(() -> new ByteArrayInputStream(bytes)).read(null, 10).elements())
			.containsExactly(line(1, 2, "a"), line(2, 3, "b"));
	}

	@Test
	void haveValidPositions() {
		assertThatIllegalArgumentException().isThrownBy(() -> new LinePosition(0, 0))
			.withMessage("expected line >= 1 and offset >= 0, but got line=0 and offset=0");
	}

}
