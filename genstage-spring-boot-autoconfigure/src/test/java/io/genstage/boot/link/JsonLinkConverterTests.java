package io.genstage.boot.link;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.genstage.link.LinkMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Events as JSON.
 */
class JsonLinkConverterTests {

	private static final ResolvableType SHAPE = ResolvableType.forClass(Shape.class);

	private final LinkConverter converter = new JsonLinkConverter(
			JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build());

	@Test
	void readsWhatItHasWritten() throws Exception {
		Measured event = new Measured("a", Instant.EPOCH);
		ResolvableType type = ResolvableType.forClass(Measured.class);
		LinkMessage message = this.converter.write(event, type);
		assertThat(message.headers()).isEqualTo(Map.of("content-type", "application/json"));
		assertThat(this.converter.read(message, type)).isEqualTo(event);
	}

	@Test
	void knowsTheSubtypesOfASealedType() throws Exception {
		assertThat(this.converter.read(this.converter.write(new Circle(2), SHAPE), SHAPE)).isEqualTo(new Circle(2));
		assertThat(this.converter.read(this.converter.write(new Square(3), SHAPE), SHAPE)).isEqualTo(new Square(3));
	}

	@Test
	void knowsGenerics() throws Exception {
		ResolvableType type = ResolvableType.forClassWithGenerics(Map.class, ResolvableType.forClass(String.class),
				ResolvableType.forClassWithGenerics(List.class, SHAPE));
		Map<String, List<Shape>> event = Map.of("some", List.of(new Circle(2), new Square(3)));
		assertThat(this.converter.read(this.converter.write(event, type), type)).isEqualTo(event);
	}

	@Test
	void ignoresWhatItDoesNotKnow() throws Exception {
		assertThat(this.converter.read(message("{\"@type\":\"JsonLinkConverterTests$Circle\",\"radius\":1,\"x\":2}"),
				SHAPE))
			.isEqualTo(new Circle(1));
	}

	/** As when one of two applications has been renewed, whichever it is. */
	@Test
	void readsWhatAnotherReleaseHasWritten() throws Exception {
		ResolvableType old = ResolvableType.forClass(Reader.class);
		ResolvableType renewed = ResolvableType.forClass(RenewedReader.class);
		assertThat(this.converter.read(this.converter.write(new Reader("Ann", "SIGN-0001"), old), renewed))
			.isEqualTo(new RenewedReader("Ann", "SIGN-0001", null));
		assertThat(this.converter.read(this.converter.write(new RenewedReader("Bob", "SIGN-0002", "fr"), renewed), old))
			.isEqualTo(new Reader("Bob", "SIGN-0002"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "[1]", "{\"@type\":\"java.lang.Runtime\"}", "{\"radius\":1}" })
	void refusesWhatIsNoSuchEvent(String payload) {
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> this.converter.read(message(payload), SHAPE));
	}

	@Test
	void refusesWhatIsNoJson() {
		LinkMessage message = message("{}").withHeaders(Map.of("content-type", "application/x-protobuf"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.converter.read(message, SHAPE))
			.withMessage("the message is application/x-protobuf, and not JSON");
	}

	@Test
	void findsNoEventInNothing() throws Exception {
		assertThat(this.converter.read(LinkMessage.gone("a"), SHAPE)).isNull();
		assertThat(this.converter.read(message(""), SHAPE)).isNull();
	}

	@Test
	void saysWhatItCannotRead() {
		assertThat(this.converter.problemWith(SHAPE)).isEmpty();
		assertThat(this.converter.problemWith(ResolvableType.forClass(Measured.class))).isEmpty();
		assertThat(this.converter.problemWith(ResolvableType.forClass(int.class))).isEmpty();
		assertThat(this.converter.problemWith(ResolvableType.forClass(Unnamed.class))).get()
			.asString()
			.startsWith("can't be read from JSON: ")
			.contains("abstract types");
	}

	@Test
	void leavesToOthersWhatIsRaw() throws Exception {
		RawLinkConverter raw = new RawLinkConverter();
		ResolvableType text = ResolvableType.forClass(String.class);
		assertThat(raw.read(raw.write("ä", text), text)).isEqualTo("ä");
		ResolvableType bytes = ResolvableType.forClass(byte[].class);
		assertThat(raw.read(raw.write(new byte[] { 1, -2 }, bytes), bytes)).isEqualTo(new byte[] { 1, -2 });
		LinkMessage message = message("x").withKey("k");
		ResolvableType messages = ResolvableType.forClass(LinkMessage.class);
		assertThat(raw.read(raw.write(message, messages), messages)).isSameAs(message);
		assertThat(Optional.ofNullable(raw.read(LinkMessage.gone("k"), text))).isEmpty();
		assertThatExceptionOfType(CharacterCodingException.class)
			.isThrownBy(() -> raw.read(LinkMessage.of(new byte[] { -1 }), text));
	}

	private static LinkMessage message(String payload) {
		return LinkMessage.of(payload.getBytes(StandardCharsets.UTF_8));
	}

	record Measured(String name, Instant at) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface Shape permits Circle, Square {

	}

	record Circle(int radius) implements Shape {
	}

	record Square(int side) implements Shape {
	}

	sealed interface Unnamed permits One {

	}

	record One(int number) implements Unnamed {
	}

	/**
	 * An event of the sample.
	 */
	record Reader(String name, String ticket) {
	}

	/**
	 * The same one in another release.
	 */
	record RenewedReader(String name, String ticket, @Nullable String language) {
	}

}
