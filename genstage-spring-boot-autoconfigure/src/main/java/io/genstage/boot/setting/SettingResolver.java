package io.genstage.boot.setting;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.StageKind;
import io.genstage.boot.declaration.Checked;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.StagePropertyNames;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.handler.TypedStage;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.ResolvableType;

/**
 * Finds what is in force of all that annotations, properties and defaults say about the
 * stages of an application, and what is wrong with it. It reports nothing itself.
 */
public final class SettingResolver {

	private final Map<String, StageResolution> stages = new LinkedHashMap<>();

	private final SettingSource defaults;

	private final NamedBeans beans;

	private final int lettersPerKey;

	/**
	 * Creates a resolver.
	 * @param declarations what annotations say, by the names of the stages
	 * @param properties what the application's properties say
	 * @param beanFactory has the beans that can be named
	 */
	public SettingResolver(Map<String, StageDeclaration> declarations, GenStageProperties properties,
			ListableBeanFactory beanFactory) {
		this.defaults = SettingSource.defaults(properties.defaults().values());
		this.beans = new NamedBeans(beanFactory, queues(declarations));
		this.lettersPerKey = properties.deadLetters().lettersPerKey();
		declarations.forEach((name, declaration) -> this.stages.put(name,
				new StageResolution(declaration, own(name, declarations.keySet(), properties.stages()),
						List.of(SettingSource.annotation(declaration), this.defaults), this.beans,
						this.lettersPerKey)));
	}

	/** Returns the stages that are queues, with the names of their beans. */
	private static Map<String, String> queues(Map<String, StageDeclaration> declarations) {
		Map<String, String> queues = new TreeMap<>();
		declarations.forEach((name, declaration) -> {
			if (declaration.method() == null && EventQueue.class.isAssignableFrom(declaration.beanClass())) {
				queues.put(name, declaration.beanName());
			}
		});
		return queues;
	}

	private static List<OwnProperties> own(String stage, Collection<String> stages,
			Map<String, GenStageProperties.Stage> properties) {
		return StagePropertyNames.keysFor(stage, stages, properties.keySet())
			.stream()
			.map((key) -> OwnProperties.of(key, Objects.requireNonNull(properties.get(key))))
			.toList();
	}

	/**
	 * Finds the settings of all stages.
	 * @return the settings by the names of the stages, and what is out of range, unknown
	 * or without effect. That of the defaults is found whether a stage uses them or not
	 */
	public Checked<Map<String, StageSettings>> resolve() {
		Map<String, StageSettings> settings = new LinkedHashMap<>();
		this.stages.forEach((name, stage) -> settings.put(name, stage.value(this.stages)));
		return new Checked<>(settings,
				Stream
					.concat(problemsOfDefaults(),
							this.stages.values().stream().flatMap((stage) -> stage.problems(this.stages)))
					.toList());
	}

	private Stream<WiringProblem> problemsOfDefaults() {
		StageDeclaration anyStage = new StageDeclaration("", StageKind.PRODUCER_CONSUMER, "", ResolvableType.NONE,
				Object.class, null, List.of(), this.defaults.values(), null, null);
		EdgeSettings anyEdge = new EdgeSettings(new EdgeDefinition("", null),
				new Settings(anyStage.kind(), List.of(this.defaults)), new EventFunctions(anyStage, this.beans), null,
				null, 1);
		return Stream
			.concat(new StageResolution(anyStage, List.of(), List.of(this.defaults), this.beans, this.lettersPerKey)
				.ofAnyStage(), anyEdge.demandProblems());
	}

	/**
	 * Finds what is set for stages and holds, but is deprecated.
	 * @return a note for each stage that has such settings
	 */
	public List<WiringProblem> deprecations() {
		return this.stages.values().stream().flatMap((stage) -> stage.deprecation().stream()).toList();
	}

	/**
	 * Finds what returns the key of an event that a link keeps the order of.
	 * @param stage the name of the stage that emits the events
	 * @param name what is set to be the key, {@code null} if nothing is
	 * @return what is set, or else what the stage partitions its events by, if it does
	 */
	public Optional<Function<Object, @Nullable Object>> linkKey(String stage, @Nullable String name) {
		return resolution(stage).linkKey(name);
	}

	/**
	 * Returns what is wrong with the key of a link, if anything is.
	 * @param stage the name of the stage that emits the events
	 * @param name what is set to be the key
	 * @param emitted the type of the events
	 */
	public Optional<String> linkKeyProblem(String stage, String name, ResolvableType emitted) {
		return resolution(stage).linkKeyProblem(name, emitted);
	}

	private StageResolution resolution(String stage) {
		return Objects.requireNonNull(this.stages.get(stage), stage);
	}

	/**
	 * Checks what settings name for events against the types of these.
	 * @param types the stages with the types of their events, by their names
	 * @return problems with keys and selectors
	 */
	public List<WiringProblem> problemsWith(Map<String, TypedStage> types) {
		return this.stages.values().stream().flatMap((stage) -> stage.problemsWith(this.stages, types)).toList();
	}

}
