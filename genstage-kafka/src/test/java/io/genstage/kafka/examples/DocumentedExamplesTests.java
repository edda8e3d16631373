package io.genstage.kafka.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.genstage.kafka.KafkaLinkOptions;
import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkWriter;
import io.genstage.trial.link.Deaf;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/kafka.md} shows are resources of this package, and are accepted.
 */
class DocumentedExamplesTests {

	private static final Path DOCUMENT = Path.of("../docs/kafka.md");

	private static final Pattern YAML = Pattern.compile("^```yaml\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final ClassPathResource LINKS = new ClassPathResource("links.yaml", DocumentedExamplesTests.class);

	/** That it is understood says {@code SecuredLinkTests}. */
	private static final ClassPathResource TLS = new ClassPathResource("tls.yaml", DocumentedExamplesTests.class);

	@Test
	void areThoseOfTheResource() throws IOException {
		List<String> shown = YAML.matcher(Files.readString(DOCUMENT))
			.results()
			.map((piece) -> piece.group(1).strip())
			.toList();
		assertThat(shown).containsExactly(text(LINKS), text(TLS));
	}

	private static String text(ClassPathResource resource) throws IOException {
		return new String(resource.getInputStream().readAllBytes()).strip();
	}

	@Test
	void areUnderstood() throws IOException {
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("links", LINKS);
		Binder binder = new Binder(ConfigurationPropertySources.from(sources));
		Map<String, String> settings = binder
			.bind("genstage.links.orders.properties", Bindable.mapOf(String.class, String.class))
			.get();
		assertThat(settings).containsOnlyKeys("group", "start", "max-ahead");
		KafkaLinks links = new KafkaLinks(new DefaultKafkaConsumerFactory<>(Map.of("bootstrap.servers", "localhost:1")),
				new DefaultKafkaProducerFactory<>(Map.of("bootstrap.servers", "localhost:1")),
				KafkaLinkOptions.defaults());
		// It reads the settings when it is opened, and needs no broker for it.
		try (LinkWriter writer = links.openWriter(LinkDefinition.of("orders").withSettings(settings), new Deaf())) {
			assertThat(writer).isNotNull();
		}
	}

}
