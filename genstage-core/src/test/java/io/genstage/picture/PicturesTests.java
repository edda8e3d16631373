package io.genstage.picture;

import java.io.StringReader;

import javax.xml.parsers.DocumentBuilderFactory;

import io.genstage.StageOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.pipeline.PipelineGraph;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import static io.genstage.picture.Graphs.stage;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is drawn from a layout.
 */
class PicturesTests {

	private final PipelineGraph quakes = Graphs.of(stage("producer"),
			stage("located", "producer").withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
			stage("c-store", "located"), stage("c-alerts", "located"));

	@Nested
	class Text {

		@Test
		void hasBoxesAndLines() {
			assertThat(text(PicturesTests.this.quakes)).isEqualTo("""
					                                           ┌──────────┐
					                                       ┌──►│ c-store  │
					┌──────────┐   ┌─────────────────────┐ │   └──────────┘
					│ producer ├──►│ located (broadcast) ├─┤
					└──────────┘   └─────────────────────┘ │   ┌──────────┐
					                                       └──►│ c-alerts │
					                                           └──────────┘
					""");
		}

		@Test
		void listsLinesThatWouldBeMistakenForOthers() {
			assertThat(text(Graphs.of(stage("p1"), stage("p2"), stage("c1", "p1", "p2"), stage("c2", "p1", "p2"))))
				.isEqualTo("""
						┌─────────────┐   ┌────┐
						│ p1 (demand) ├──►│ c1 │
						└─────────────┘   └────┘

						┌─────────────┐   ┌────┐
						│ p2 (demand) ├──►│ c2 │
						└─────────────┘   └────┘
						p1 ─► c2 (demand)
						p2 ─► c1 (demand)
						""");
		}

		@Test
		void letsALinePassAStage() {
			assertThat(text(Graphs.of(stage("p"), stage("m1", "p"), stage("m2", "m1"), stage("c", "m2", "p"))))
				.isEqualTo("""
						┌────────────┐     ┌────┐   ┌────┐     ┌───┐
						│ p (demand) ├─┬──►│ m1 ├──►│ m2 ├─┬──►│ c │
						└────────────┘ │   └────┘   └────┘ │   └───┘
						               └───────────────────┘

						""");
		}

		@Test
		void letsLinesCrossWithoutTouching() {
			assertThat(text(Graphs.of(stage("p"), stage("m1", "p"), stage("m2", "p"), stage("m3", "p"),
					stage("c1", "m1"), stage("c2", "m2"), stage("c3", "m3"), stage("c-all", "m1", "m2", "m3"))))
				.isEqualTo("""
						                                           ┌───────┐
						                                   ┌──────►│ c1    │
						                   ┌─────────────┐ │       └───────┘
						               ┌──►│ m1 (demand) ├─┤
						               │   └─────────────┘ │       ┌───────┐
						               │                   │ ┌────►│ c2    │
						┌────────────┐ │   ┌─────────────┐ │ │     └───────┘
						│ p (demand) ├─┼──►│ m2 (demand) ├─│─┘
						└────────────┘ │   └─────────────┘ │       ┌───────┐
						               │                   └──────►│ c-all │
						               │   ┌─────────────┐         └───────┘
						               └──►│ m3 (demand) ├─────┐
						                   └─────────────┘     │   ┌───────┐
						                                       └──►│ c3    │
						                                           └───────┘
						m2 ─► c-all (demand)
						m3 ─► c-all (demand)
						""");
		}

		@Test
		void ofAVeryLargeGraphIsAList() {
			assertThat(text(Graphs.tree(13)).lines()).hasSize(8190).startsWith("p1 ─► m2 (demand)");
		}

		private String text(PipelineGraph graph) {
			return GraphLayout.of(graph).text();
		}

	}

	@Nested
	class Mermaid {

		@Test
		void hasAShapeForEachKindAndLabelsOnLines() {
			assertThat(GraphLayout.of(PicturesTests.this.quakes).mermaid()).isEqualTo("""
					flowchart LR
					    s0(["producer"])
					    s1["located"]
					    s2[["c-store"]]
					    s3[["c-alerts"]]
					    s0 --> s1
					    s1 -->|"broadcast"| s2
					    s1 -->|"broadcast"| s3
					""");
		}

		@Test
		void escapesWhatMeansSomethingThere() {
			assertThat(GraphLayout.of(Graphs.of(stage("p\"]<b>`"), stage("c", "p\"]<b>`"))).mermaid())
				.contains("s0([\"p#34;#93;#60;b#62;#96;\"])");
		}

	}

	@Nested
	class Dot {

		@Test
		void hasNodesAndEdges() {
			assertThat(GraphLayout.of(PicturesTests.this.quakes).dot()).isEqualTo("""
					digraph pipeline {
					    rankdir=LR;
					    node [shape=box];
					    s0 [label="producer"];
					    s1 [label="located"];
					    s2 [label="c-store"];
					    s3 [label="c-alerts"];
					    s0 -> s1;
					    s1 -> s2 [label="broadcast"];
					    s1 -> s3 [label="broadcast"];
					}
					""");
		}

		@Test
		void escapesQuotes() {
			assertThat(GraphLayout.of(Graphs.of(stage("p\"q"), stage("c", "p\"q"))).dot())
				.contains("s0 [label=\"p\\\"q\"];");
		}

	}

	@Nested
	class Svg {

		@Test
		void saysWhatIsToBeSeen() throws Exception {
			Document svg = svg(PicturesTests.this.quakes);
			assertThat(svg.getDocumentElement().getAttribute("role")).isEqualTo("img");
			assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Pipeline of 4 stages");
			assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
				.isEqualTo("producer sends to located. located sends to c-store, c-alerts.");
			assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(4);
			assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(6);
		}

		@Test
		void hasNoStyleThatAStrictPolicyRefuses() {
			assertThat(GraphLayout.of(PicturesTests.this.quakes).svg()).doesNotContain("style");
		}

		@Test
		void escapesNames() throws Exception {
			Document svg = svg(Graphs.of(stage("p<&\">"), stage("c", "p<&\">")));
			assertThat(svg.getElementsByTagName("text").item(0).getTextContent()).isEqualTo("p<&\">");
		}

		@Test
		void shortensLongNamesAndKeepsThemAsTitle() throws Exception {
			String name = "p" + "long".repeat(20);
			Document svg = svg(Graphs.of(stage(name), stage("c", name)));
			assertThat(svg.getElementsByTagName("text").item(0).getTextContent()).hasSize(32).endsWith("…");
			assertThat(svg.getElementsByTagName("g").item(1).getTextContent()).startsWith(name);
		}

		private Document svg(PipelineGraph graph) throws Exception {
			return DocumentBuilderFactory.newInstance()
				.newDocumentBuilder()
				.parse(new InputSource(new StringReader(GraphLayout.of(graph).svg())));
		}

	}

}
