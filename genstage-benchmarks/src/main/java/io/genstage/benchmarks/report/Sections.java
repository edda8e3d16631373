package io.genstage.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All of the report but the throughput.
 */
final class Sections {

	private final List<Section> sections;

	private Sections(List<Section> sections) {
		this.sections = sections;
	}

	/** Leaves out what was not measured. */
	static Sections of(Results results) {
		return new Sections(Stream
			.<Section>of(new LatencySection(results), new FootprintSection(results), new BlockingSection(results),
					new GrowthSection(results), new DemandSection(results), new StartupSection(results),
					new AccountsSection(results))
			.filter(Section::isMeasured)
			.toList());
	}

	List<Section> all() {
		return this.sections;
	}

	boolean isEmpty() {
		return this.sections.isEmpty();
	}

	/** Returns Markdown. */
	String text() {
		return this.sections.stream().map((section) -> "\n" + section.text()).collect(Collectors.joining());
	}

}
