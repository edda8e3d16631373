package io.genstage.sample;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles and runs what the README shows.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReadmeTests {

	private static final Path README = Path.of("..", "README.md");

	@TempDir
	private Path folder;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(GenStageAutoConfiguration.class));

	@Test
	void showsOnePieceOfJavaAndOneOfYaml() {
		assertThat(blocks("java")).hasSize(1);
		assertThat(blocks("yaml")).hasSize(1);
	}

	@Test
	void showsAPipelineThatRunsWithThePropertiesShown(CapturedOutput output) throws Exception {
		Class<?> primes = compile("Primes");
		this.contextRunner.withUserConfiguration(primes)
			.withInitializer((context) -> yaml().forEach(context.getEnvironment().getPropertySources()::addFirst))
			.run((context) -> {
				GenStageProperties properties = context.getBean(GenStageProperties.class);
				assertThat(properties.stages()).containsKeys("numbers", "primes", "print");
				StageRegistry registry = context.getBean(StageRegistry.class);
				Awaitility.await()
					.untilAsserted(() -> assertThat(registry.pipelines()).extracting(PipelineStatus::state)
						.containsExactly(PipelineState.COMPLETED));
				assertThat(registry.stage("print"))
					.hasValueSatisfying((stage) -> assertThat(stage.started()).hasValueSatisfying(
							(numbers) -> assertThat(numbers.in()).as("primes below 100,000").isEqualTo(9592)));
				// How many go into a line depends on how busy the machine is.
				assertThat(output.getOut().replaceAll("[\\[\\],\\s]+", " ")).contains(" 2 3 5 7 11 13 ")
					.contains(" 99971 99989 99991 ");
			});
	}

	private Class<?> compile(String className) throws IOException, ClassNotFoundException {
		Path source = this.folder.resolve(className + ".java");
		Files.writeString(source,
				blocks("java").stream()
					.filter((block) -> block.contains("class " + className + " {"))
					.findFirst()
					.orElseThrow());
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			boolean compiled = compiler
				.getTask(null, files, null, List.of("-parameters", "-d", this.folder.toString()), null,
						files.getJavaFileObjects(source))
				.call();
			assertThat(compiled).as("compiled " + source).isTrue();
		}
		return new URLClassLoader(new URL[] { this.folder.toUri().toURL() }, getClass().getClassLoader())
			.loadClass(className);
	}

	private static List<PropertySource<?>> yaml() {
		try {
			return new YamlPropertySourceLoader().load("README.md",
					new ByteArrayResource(blocks("yaml").get(0).getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> blocks(String language) {
		Matcher fences = Pattern.compile("^```" + language + "\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
			.matcher(readme());
		return fences.results().map((block) -> block.group(1)).toList();
	}

	private static String readme() {
		try {
			return Files.readString(README);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
