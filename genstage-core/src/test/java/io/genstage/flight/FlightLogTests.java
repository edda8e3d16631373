package io.genstage.flight;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.genstage.ConsumerStage;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.Sources;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.SettingDescriptor;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class FlightLogTests {

	static List<Class<? extends Event>> events() {
		return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("io.genstage.flight")
			.stream()
			.filter((type) -> type.isAssignableTo(Event.class))
			.map(JavaClass::reflect)
			.<Class<? extends Event>>map((type) -> type.asSubclass(Event.class))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("events")
	void explainsEachEvent(Class<? extends Event> event) {
		EventType type = EventType.getEventType(event);
		assertThat(type.getName()).startsWith("genstage.");
		assertThat(type.getName()).endsWith(event.getSimpleName().replace("Event", ""));
		assertThat(type.getCategoryNames()).containsExactly("GenStage");
		assertThat(type.getLabel()).isNotBlank();
		assertThat(type.getDescription()).isNotBlank();
		assertThat(type.getFields()).filteredOn((field) -> !isOfTheJvm(field))
			.isNotEmpty()
			.allSatisfy((field) -> assertThat(field.getLabel()).as(field.getName()).isNotBlank());
	}

	private static boolean isOfTheJvm(ValueDescriptor field) {
		return List.of("startTime", "duration", "eventThread", "stackTrace").contains(field.getName());
	}

	@Test
	void recordsOnlyLongHandlingsUnlessAskedForMore() {
		assertThat(EventType.getEventType(HandlingEvent.class).getSettingDescriptors())
			.filteredOn((setting) -> setting.getName().equals("threshold"))
			.extracting(SettingDescriptor::getDefaultValue)
			.containsExactly("20 ms");
	}

	@Test
	void isNotNeededByAJvmWithoutARecorder() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"--limit-modules", "java.base", "-cp", System.getProperty("java.class.path"),
				WithoutRecorder.class.getName())
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
			assertThat(output).contains("recorder: false", "handled: 6");
			assertThat(process.exitValue()).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * A run of stages in a JVM without a flight recorder.
	 */
	static final class WithoutRecorder {

		private WithoutRecorder() {
		}

		public static void main(String[] args) throws Exception {
			boolean recorder = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
			System.out.println("recorder: " + recorder); // read by the test
			int[] sum = { 0 };
			try (StageSystem system = StageSystem.create()) {
				ConsumerStage<Integer> sink = (events, from) -> events.forEach((event) -> sum[0] += event);
				var numbers = system.start("numbers", Sources.iterable(List.of(1, 2, 3)));
				var ended = system.start("sink", sink);
				ended.subscribeTo(numbers, SubscribeOptions.defaults()).toCompletableFuture().get();
				ended.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
			}
			System.out.println("handled: " + sum[0]); // read by the test
		}

	}

}
