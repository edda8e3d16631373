package io.genstage.boot.setting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.RetryOrder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.retry.RetryPolicySettings;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The settings that say what becomes of events that a stage fails to handle.
 */
final class FailureSettings {

	static final String GROUP = "failure";

	private static final List<Setting<String>> EXCEPTIONS = List.of(SettingTable.RETRY_INCLUDES,
			SettingTable.RETRY_EXCLUDES);

	private final Settings settings;

	private final NamedBeans beans;

	private final int lettersPerKey;

	/**
	 * Creates the settings.
	 * @param lettersPerKey how many dead letters a key may have before its events wait
	 */
	FailureSettings(Settings settings, NamedBeans beans, int lettersPerKey) {
		this.settings = settings;
		this.beans = beans;
		this.lettersPerKey = lettersPerKey;
	}

	/** Returns whether the failure of an event concerns that event only. */
	boolean areUsed() {
		return SettingTable.FAILURE.kinds().contains(this.settings.kind())
				&& this.settings.required(SettingTable.FAILURE);
	}

	/** Returns the nearest of what is set for this stage, and not of all, if it holds. */
	Optional<Said<?>> own() {
		if (!areUsed()) {
			return Optional.empty();
		}
		return rows().<Said<?>>flatMap((setting) -> this.settings.find(setting).stream())
			.filter((said) -> said.distance() < defaults())
			.min((one, other) -> Integer.compare(one.distance(), other.distance()));
	}

	private static Stream<Setting<?>> rows() {
		return SettingTable.ALL.stream().filter((setting) -> setting.group().equals(GROUP));
	}

	/**
	 * Returns the policy.
	 * @param key returns the key of an event, if it has one
	 */
	FailurePolicy policy(Optional<Function<Object, @Nullable Object>> key) {
		String said = this.settings.required(SettingTable.THEN);
		Optional<Then> word = word(said);
		DeadLetterStore store = (word.isPresent() ? this.beans.deadLetters() : this.beans.deadLetters(said))
			.orElse(null);
		Then then = word.orElse(Then.DEAD_LETTER);
		return new FailurePolicy(new PolicyRetries(retries().createRetryPolicy()), order(key),
				(store != null || then != Then.DEAD_LETTER) ? then : Then.FAIL, store,
				this.settings.required(SettingTable.ISOLATE),
				new OutageGuard(this.settings.required(SettingTable.OUTAGE_FAILURES),
						this.settings.required(SettingTable.OUTAGE_PAUSE)),
				this.settings.value(SettingTable.EXPIRE_AFTER).orElse(null),
				this.settings.value(SettingTable.DECIDER).flatMap(this.beans::decider).orElse(null),
				this.settings.value(SettingTable.TIMEOUT).orElse(null), this.lettersPerKey,
				this.settings.required(SettingTable.HOLD));
	}

	/** Returns the word that is set, in any of the forms of a property, if it is one. */
	private static Optional<Then> word(String said) {
		String form = uniform(said);
		return Arrays.stream(Then.values()).filter((word) -> uniform(word.name()).equals(form)).findFirst();
	}

	private static String uniform(String text) {
		return text.trim().toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
	}

	/** Returns the name of what dead letters go to, if that is set. */
	Optional<Said<String>> target() {
		return areUsed() ? this.settings.find(SettingTable.THEN).filter((said) -> word(said.value()).isEmpty())
				: Optional.empty();
	}

	private RetryPolicySettings retries() {
		RetryPolicySettings retries = new RetryPolicySettings();
		retries.setMaxRetries(this.settings.required(SettingTable.MAX_RETRIES).longValue());
		retries.setDelay(this.settings.required(SettingTable.RETRY_DELAY));
		retries.setMultiplier(this.settings.required(SettingTable.RETRY_MULTIPLIER));
		retries.setMaxDelay(this.settings.required(SettingTable.RETRY_MAX_DELAY));
		retries.setJitter(this.settings.required(SettingTable.RETRY_JITTER));
		retries.setExceptionIncludes(exceptions(SettingTable.RETRY_INCLUDES));
		retries.setExceptionExcludes(exceptions(SettingTable.RETRY_EXCLUDES));
		return retries;
	}

	private List<Class<? extends Throwable>> exceptions(Setting<String> setting) {
		List<Class<? extends Throwable>> exceptions = new ArrayList<>();
		names(setting).forEach((name) -> type(name).filter(Throwable.class::isAssignableFrom)
			.ifPresent((type) -> exceptions.add(type.asSubclass(Throwable.class))));
		return exceptions;
	}

	private List<String> names(Setting<String> setting) {
		return this.settings.value(setting)
			.map((names) -> List.of(StringUtils.tokenizeToStringArray(names, ",")))
			.orElse(List.of());
	}

	private Optional<Class<?>> type(String name) {
		try {
			return Optional.of(ClassUtils.forName(name, this.beans.classLoader()));
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return Optional.empty();
		}
	}

	private RetryOrder order(Optional<Function<Object, @Nullable Object>> key) {
		RetryOrder byKey = key.map(RetryOrder::byKey).orElse(RetryOrder.NONE);
		return this.settings.value(SettingTable.RETRY_ORDER).map((kind) -> switch (kind) {
			case BY_KEY -> byKey;
			case STRICT -> RetryOrder.STRICT;
			case NONE -> RetryOrder.NONE;
		}).orElse(byKey);
	}

	/**
	 * Returns problems with what is set for this stage.
	 * @param hasKey whether events have a key by which they could wait
	 */
	Stream<WiringProblem> problems(boolean hasKey) {
		if (!areUsed()) {
			return ineffective();
		}
		Stream<WiringProblem> keyless = hasKey ? Stream.empty() : this.settings.find(SettingTable.RETRY_ORDER)
			.filter((said) -> said.value() == RetryOrder.Kind.BY_KEY && said.distance() < defaults())
			.map((said) -> said.problem("is 'by-key', but events have no key: let the stage subscribe to one producer, "
					+ "that has the dispatcher 'partition' and a 'partition-by', or set it to 'strict' or 'none'"))
			.stream();
		return keyless;
	}

	/** Returns problems with what can be set for all stages. */
	Stream<WiringProblem> ofAnyStage() {
		return areUsed() ? Stream
			.of(EXCEPTIONS.stream().flatMap(this::exceptionProblems), deciderProblem().stream(),
					storeProblem().stream(), targetProblem().stream())
			.flatMap((problems) -> problems) : Stream.empty();
	}

	private int defaults() {
		return this.settings.sources().size() - 1;
	}

	/** What is nearer than the word that makes it useless was known, and is to hold. */
	private Stream<WiringProblem> ineffective() {
		int nearer = this.settings.find(SettingTable.FAILURE).map(Said::distance).orElse(Integer.MAX_VALUE);
		return rows().<Said<?>>flatMap((setting) -> this.settings.find(setting).stream())
			.filter((said) -> said.distance() < nearer)
			.map((said) -> said
				.problem("has no effect without 'failure.enabled': set that to true for this stage, or remove it"));
	}

	private Stream<WiringProblem> exceptionProblems(Setting<String> setting) {
		return this.settings.find(setting)
			.stream()
			.flatMap((said) -> names(setting).stream()
				.flatMap((name) -> exceptionProblem(name).map(said::problem).stream()));
	}

	private Optional<String> exceptionProblem(String name) {
		Optional<Class<?>> type = type(name);
		if (type.isEmpty()) {
			return Optional.of("names '%s', which is no class: give the full name of an exception".formatted(name));
		}
		return Throwable.class.isAssignableFrom(type.get()) ? Optional.empty()
				: Optional.of("names '%s', which is no exception".formatted(name));
	}

	private Optional<WiringProblem> deciderProblem() {
		return this.settings.find(SettingTable.DECIDER)
			.filter((said) -> this.beans.decider(said.value()).isEmpty())
			.map((said) -> said.problem("names '%s', which is no FailureDecider: %s".formatted(said.value(),
					this.beans.deciderInsteadOf(said.value()))));
	}

	private Optional<WiringProblem> storeProblem() {
		return this.settings.find(SettingTable.THEN)
			.filter((said) -> word(said.value()).filter(Then.DEAD_LETTER::equals).isPresent()
					&& this.beans.deadLetters().isEmpty())
			.map((said) -> said.problem("is 'dead-letter', but there is no single DeadLetterStore bean: define one, "
					+ "mark one of several as primary, or set it to 'skip' or 'fail'"));
	}

	private Optional<WiringProblem> targetProblem() {
		return target().filter((said) -> this.beans.deadLetters(said.value()).isEmpty())
			.map((said) -> said
				.problem(("names '%s', which is neither a stage that is an EventQueue nor a " + "DeadLetterStore: %s")
					.formatted(said.value(), this.beans.deadLettersInsteadOf(said.value(),
							Arrays.stream(Then.values()).map(Setting::print).toList()))));
	}

}
