package io.genstage.boot.actuate;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.boot.actuate.TopologyVersions.Asked;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TopologyVersionsTests {

	private static final Asked FIRST_PAGE = new Asked(500, null, false);

	private final TopologyVersions versions = new TopologyVersions();

	private final AtomicInteger made = new AtomicInteger();

	@Test
	void areMadeOnceAsLongAsNothingChanges() {
		assertThat(version(FIRST_PAGE, "small")).isEqualTo("version 1");
		assertThat(version(FIRST_PAGE, "small")).isEqualTo("version 1");
		assertThat(version(FIRST_PAGE, "large")).isEqualTo("version 2");
		assertThat(version(FIRST_PAGE, "large")).isEqualTo("version 2");
		assertThat(version(FIRST_PAGE, "small")).isEqualTo("version 3");
	}

	@Test
	void areThoseOfEachPage() {
		assertThat(List.of(version(FIRST_PAGE, "small"), version(new Asked(500, "store", false), "small"),
				version(new Asked(500, null, true), "small"), version(new Asked(100, null, false), "small")))
			.doesNotHaveDuplicates();
		assertThat(version(FIRST_PAGE, "small")).isEqualTo("version 1");
	}

	@Test
	void areForgottenForPagesThatNobodyHasAskedForLately() {
		version(new Asked(1, null, false), "small");
		version(FIRST_PAGE, "small");
		for (int limit = 2; limit <= TopologyVersions.MOST; limit++) {
			version(new Asked(limit, null, false), "small");
			version(FIRST_PAGE, "small");
		}
		int before = this.made.get();
		version(FIRST_PAGE, "small");
		assertThat(this.made).hasValue(before);
		version(new Asked(1, null, false), "small");
		assertThat(this.made).hasValue(before + 1);
	}

	private String version(Asked asked, String shape) {
		return this.versions.of(asked, shape, () -> "version " + this.made.incrementAndGet());
	}

}
