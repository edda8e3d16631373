package io.genstage.benchmarks.report;

import java.util.Map;

/**
 * What the report tells of one benchmark.
 */
interface Section {

	/** Tells whether there is anything to tell. */
	boolean isMeasured();

	/** Returns Markdown that begins with a heading of the second level. */
	String text();

	/** Returns the plots by the names of their files. */
	Map<String, String> plots();

}
