package io.genstage.log;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StageNamesTests {

	private static final ConsumerStage<String> STAGE = (events, from) -> {
	};

	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	@AfterEach
	void close() {
		this.system.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "counter", "orders#0", "my.stage-1", "größe", " a ", "階段", "a.b", "...", "😀",
			"a\u00a0b" })
	void acceptsWhatCanBePrinted(String name) {
		assertThat(this.system.start(name, STAGE).name()).isEqualTo(name);
	}

	@Test
	void acceptsTwoHundredCharacters() {
		this.system.start("x".repeat(200), STAGE);
		assertRefused("x".repeat(201), "x".repeat(200) + "…");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "   " })
	void refusesABlankName(String name) {
		assertRefused(name, name);
	}

	@Test
	void refusesAControlCharacterAndShowsIt() {
		assertRefused("a\nb", "a\\u000ab");
		assertRefused("a\u2028b", "a\\u2028b");
	}

	/**
	 * Direction marks, joiners, byte order marks, soft hyphens, fillers, variation
	 * selectors and halves of pairs.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0x202e, 0x2066, 0x200e, 0x061c, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x00ad, 0x034f,
			0x115f, 0x3164, 0xffa0, 0x2800, 0xfe0f, 0xe0001, 0xe0100, 0xd800, 0xdc00 })
	void refusesWhatCanNotBeSeenAndShowsIt(int character) {
		String name = "a" + new String(Character.toChars(character)) + "b";
		assertRefused(name, "a\\u%04xb".formatted(character));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "/", "a\\b", ".", ".." })
	void refusesWhatCanNotBePartOfAPath(String name) {
		assertRefused(name, name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u00a0", "\u3000\u2003", " \u00a0" })
	void refusesNothingButBlanksOfAnyKind(String name) {
		assertRefused(name, name);
	}

	@Test
	@DisplayName("G58 refuses a name that is taken")
	void refusesANameThatIsTaken() {
		StageRef first = this.system.start("s", STAGE);
		assertThatIllegalArgumentException().isThrownBy(() -> this.system.start("s", STAGE))
			.withMessage("stage 's' is already started: stop it first, or choose another name");
		assertThat(this.system.find("s")).contains(first);
	}

	@Test
	void freesTheNameOfAStageThatHasStopped() {
		this.system.start("s", STAGE).stop(ExitReason.NORMAL);
		assertThat(this.system.find("s")).isEmpty();
		this.system.start("s", STAGE);
	}

	private void assertRefused(String name, String shown) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.system.start(name, STAGE))
			.withMessage(
					"a stage's name must have 1 to 200 characters, not all blank, none of them invisible or one of / and \\, and must not be . or .., was \"%s\""
						.formatted(shown));
	}

}
