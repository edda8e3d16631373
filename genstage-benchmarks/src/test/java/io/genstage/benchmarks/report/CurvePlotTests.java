package io.genstage.benchmarks.report;

import java.io.StringReader;
import java.util.Map;
import java.util.TreeMap;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import static org.assertj.core.api.Assertions.assertThat;

class CurvePlotTests {

	private final CurvePlot plot = new CurvePlot("cost", "consumers");

	@Test
	void drawsEachCurveThroughItsPoints() throws Exception {
		this.plot.curve("flat", new TreeMap<>(Map.of(1, 5.0, 10, 5.0, 100, 5.0)));
		this.plot.curve("empty", new TreeMap<>());
		Document picture = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new InputSource(new StringReader(this.plot.text())));
		assertThat(picture.getElementsByTagName("circle").getLength()).as("three points and a legend").isEqualTo(4);
		assertThat(this.plot.text()).contains(">flat<", ">consumers<", ">cost<").doesNotContain(">empty<");
	}

	@Test
	void drawsOnePoint() {
		this.plot.curve("alone", new TreeMap<>(Map.of(1, 10.0)));
		assertThat(this.plot.text()).doesNotContain("NaN", "Infinity");
	}

}
