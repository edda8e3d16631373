package io.genstage.boot.setting;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.Watch;
import io.genstage.boot.declaration.Checked;
import io.genstage.boot.declaration.EdgeDeclaration;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.RestartPolicy;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What annotations and properties say is resolved once into values and problems.
 */
class SettingResolverTests {

	private final Map<String, StageDeclaration> declarations = new LinkedHashMap<>();

	private final Map<String, Object> properties = new LinkedHashMap<>();

	@Test
	void returnsWhatHoldsIfNothingIsSaid() {
		declare("numbers", StageKind.PRODUCER, SettingValues.NONE);
		declare("keep", StageKind.CONSUMER, SettingValues.NONE, "numbers");
		Checked<Map<String, StageSettings>> resolved = resolve();
		assertThat(resolved.problems()).isEmpty();
		assertThat(resolved.value()).containsOnlyKeys("numbers", "keep");
		assertThat(resolved.value().get("keep")).satisfies((settings) -> {
			assertThat(settings.concurrency()).isEqualTo(1);
			assertThat(settings.options().withFailure(null))
				.isEqualTo(StageOptions.defaults().withWatch(Watch.defaults().withSettleWithin(null)));
			assertThat(settings.options().failure()).isNotNull()
				.satisfies((policy) -> assertThat(policy.retries().delay(3)).isEqualTo(Duration.ofSeconds(4)))
				.satisfies((policy) -> assertThat(policy.retries().delay(4)).isNull());
			assertThat(settings.restarts()).isEqualTo(RestartPolicy.defaults());
			assertThat(settings.edges()).containsExactly(new EdgeDefinition("numbers", null));
			assertThat(settings.options().rate()).isNull();
			assertThat(settings.options().batching()).isNull();
			assertThat(settings.options().tasks()).isNull();
		});
	}

	@Test
	void takesEachSettingFromTheNearestPlace() {
		declare("numbers", StageKind.PRODUCER,
				new SettingValues.Builder().say(SettingTable.BUFFER_SIZE, 3).say(SettingTable.CONCURRENCY, 4).build());
		this.properties.put("genstage.stages.numbers.buffer-size", "2");
		this.properties.put("genstage.defaults.buffer-size", "1");
		this.properties.put("genstage.defaults.auto-startup", "false");
		SettingValues values = resolve().value().get("numbers").values();
		assertThat(values.get(SettingTable.BUFFER_SIZE)).isEqualTo(2);
		assertThat(values.get(SettingTable.CONCURRENCY)).isEqualTo(4);
		assertThat(values.get(SettingTable.AUTO_STARTUP)).isFalse();
		assertThat(values.get(SettingTable.PARTITIONS)).isNull();
		assertThat(values.get(SettingTable.MAX_DEMAND)).isNull();
	}

	@Test
	void returnsAllProblemsTogetherWithWhatIsLeft() {
		declare("numbers", StageKind.PRODUCER, new SettingValues.Builder().say(SettingTable.BUFFER_SIZE, -1).build());
		declare("keep", StageKind.CONSUMER, new SettingValues.Builder().say(SettingTable.RATE_BURST, 5).build(),
				"numbers");
		this.properties.put("genstage.defaults.executor", "nobody");
		this.properties.put("genstage.stages.keep.concurrency", "0");
		this.properties.put("genstage.stages.keep.buffer-size", "1");
		this.properties.put("genstage.stages.keep.subscriptions.numbers.min-demand", "1000");
		this.properties.put("genstage.stages.keep.subscriptions.letters.min-demand", "1");
		Checked<Map<String, StageSettings>> resolved = resolve();
		assertThat(resolved.problems()).extracting(Object::toString)
			.containsOnlyOnce(
					"@Producer bean 'numbers': attribute 'bufferSize' must be from 0 to 2147483647, but is -1",
					"property 'genstage.stages.keep.buffer-size': has no effect on a consumer: remove it",
					"property 'genstage.stages.keep.subscriptions.letters': the stage doesn't subscribe to 'letters': "
							+ "there are [numbers]",
					"property 'genstage.stages.keep.concurrency': must be from 1 to 1000, but is 0",
					"@Consumer bean 'keep': attribute 'rate.burst' has no effect without 'rate.events': "
							+ "say how many events may pass, or remove it",
					"property 'genstage.stages.keep.subscriptions.numbers.min-demand': must be from 0 to 999 "
							+ "(less than the maximum demand), but is 1000")
			.contains("property 'genstage.defaults.executor': names 'nobody', which is no executor: there are none");
		assertThat(new LinkedHashMap<>(resolved.value())).hasSize(2);
		assertThat(resolved.value().get("numbers").options().bufferSize()).isNull();
		assertThat(resolved.value().get("keep").concurrency()).isEqualTo(1);
	}

	@Test
	void raisesWhatWasNotMeantForALowerBoundThatIsNearer() {
		declare("numbers", StageKind.PRODUCER, SettingValues.NONE);
		this.properties.put("genstage.defaults.restart.max-delay", "1s");
		this.properties.put("genstage.stages.numbers.restart.first-delay", "2s");
		Checked<Map<String, StageSettings>> resolved = resolve();
		assertThat(resolved.problems()).isEmpty();
		assertThat(resolved.value().get("numbers").restarts().maxDelay()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void refusesWhatIsBelowALowerBoundThatIsAsNear() {
		declare("numbers", StageKind.PRODUCER, SettingValues.NONE);
		this.properties.put("genstage.stages.numbers.restart.max-delay", "1s");
		this.properties.put("genstage.stages.numbers.restart.first-delay", "2s");
		assertThat(resolve().problems()).extracting(Object::toString)
			.containsExactly("property 'genstage.stages.numbers.restart.max-delay': must be from 2s to 365d "
					+ "(not below 'restart.first-delay'), but is 1s");
	}

	private void declare(String name, StageKind kind, SettingValues attributes, String... producers) {
		List<EdgeDeclaration> edges = List.of(producers)
			.stream()
			.map((producer) -> new EdgeDeclaration(producer, SettingValues.NONE))
			.toList();
		this.declarations.put(name, new StageDeclaration(name, kind, name, ResolvableType.NONE, Object.class, null,
				edges, attributes, null, null));
	}

	private Checked<Map<String, StageSettings>> resolve() {
		GenStageProperties bound = new Binder(new MapConfigurationPropertySource(this.properties))
			.bindOrCreate("genstage", GenStageProperties.class);
		return new SettingResolver(this.declarations, bound, new DefaultListableBeanFactory()).resolve();
	}

}
