package io.genstage.boot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.genstage.boot.StageRegistry;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.Replay;
import io.genstage.desk.ReplayOptions;
import io.genstage.log.StageNames;
import io.genstage.rate.RateLimit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.StringUtils;

/**
 * Shows the events that stages could not handle, and lets somebody decide about them:
 * replay, drop or abandon them. Over HTTP only, and reading only unless its access is
 * unrestricted. Each change is logged with who has asked for it.
 */
@WebEndpoint(id = "genstagedeadletters", defaultAccess = Access.READ_ONLY)
@RegisterReflectionForBinding({ GenStageDeadLettersEndpoint.LettersDescriptor.class, LetterDescriptor.class,
		GenStageDeadLettersEndpoint.CountsDescriptor.class, GenStageDeadLettersEndpoint.ReplayDescriptor.class,
		GenStageDeadLettersEndpoint.ChangeDescriptor.class, RefusalDescriptor.class })
public class GenStageDeadLettersEndpoint {

	private static final Log logger = LogFactory.getLog(GenStageDeadLettersEndpoint.class);

	private static final int USUAL_LIMIT = 20;

	private static final int MAX_TEXT = 200;

	private static final int MAX_EVENTS = 1_000_000;

	private static final Duration MAX_PERIOD = Duration.ofDays(365);

	private final DeadLetterDesk desk;

	private final StageRegistry registry;

	private final Sanitizer sanitizer;

	private final Show showPayload;

	private final Set<String> roles;

	private final ReplaysUnderWay replays = new ReplaysUnderWay();

	/**
	 * Creates the endpoint.
	 * @param desk has the letters
	 * @param registry has the stages
	 * @param sanitizing the application's rules for values that must not be shown
	 * @param showPayload when data of events is shown at all
	 * @param roles the roles of those who are authorized; with none everybody is who is
	 * authenticated
	 */
	public GenStageDeadLettersEndpoint(DeadLetterDesk desk, StageRegistry registry,
			Iterable<SanitizingFunction> sanitizing, Show showPayload, Set<String> roles) {
		this.desk = desk;
		this.registry = registry;
		this.sanitizer = new Sanitizer(sanitizing);
		this.showPayload = showPayload;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Returns letters, the newest first, without their events.
	 * @param securityContext knows who asks
	 * @param stage the stage that has failed, or {@code null} for any
	 * @param causeType the class of the last failure, or {@code null} for any
	 * @param status what is being done about them, or {@code null} for anything
	 * @param after what the page before says is next, or {@code null} to begin
	 * @param limit how many at most, from 1 to {@link DeadLetterDesk#MAX_LIMIT}, 20 if
	 * not given
	 * @return the letters; 404 if there is neither such a stage nor a letter of it
	 */
	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> letters(SecurityContext securityContext, @Nullable String stage,
			@Nullable String causeType, @Nullable String status, @Nullable String after, @Nullable String limit) {
		return answer(() -> {
			DeadLetter.Status wanted = RequestText.status(status);
			DeadLetterFilter filter = filter(stage, causeType);
			DeadLetterDesk.Page page = this.desk.list((wanted != null) ? filter.withStatus(wanted) : filter,
					RequestText.place(after),
					RequestText.number("limit", limit, USUAL_LIMIT, DeadLetterDesk.MAX_LIMIT));
			boolean showsData = showsData(securityContext);
			return new LettersDescriptor(page.letters()
				.stream()
				.map((letter) -> LetterDescriptor.of(letter, this.sanitizer, showsData))
				.toList(), page.next());
		});
	}

	/**
	 * Returns one letter, or how many there are.
	 * @param securityContext knows who asks
	 * @param path the id of a letter, or {@code counts}
	 * @return the letter with its event, if that may be shown; 404 if there is none
	 */
	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> letter(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) RequestPath path) {
		return answer(() -> {
			if (path.joined().equals("counts")) {
				return CountsDescriptor.of(this.desk.counts());
			}
			return describe(letter(path.joined()), showsData(securityContext));
		});
	}

	private LetterDescriptor describe(DeadLetter letter, boolean showsData) {
		LetterDescriptor description = LetterDescriptor.of(letter, this.sanitizer, showsData);
		if (!showsData) {
			return description.withoutPayload();
		}
		try {
			return this.desk.event(letter.id())
				.map((event) -> description.withPayload(event, this.sanitizer))
				.orElseThrow(RefusedRequestException::notFound);
		}
		catch (RefusedRequestException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			return description.withPayload("can't be read: " + ex.getClass().getName());
		}
	}

	/**
	 * Replays or abandons letters, or stops replays.
	 * @param securityContext knows who asks
	 * @param path {@code replay} for several letters, {@code stop} for the replays that
	 * were begun here, the id of a letter and {@code /replay} or {@code /abandon}
	 * @param stage of which stage to replay several
	 * @param causeType of which failure to replay several; at least one of these two
	 * @param max how many to replay at most, from 1 to {@link ReplayOptions#MAX}, 100 if
	 * not given
	 * @param rate how many to replay in each {@code per}, from 1 to 1,000,000; as many as
	 * the stages ask for if not given
	 * @param per the time for that, 1 s if not given
	 * @param dryRun {@code true} to say only what would be replayed
	 * @param reason why a letter is abandoned, up to 200 characters
	 * @return what is being done; 404 if there is nothing of that name, 429 if too many
	 * replays are under way
	 */
	@WriteOperation
	public WebEndpointResponse<OperationResponseBody> change(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) RequestPath path, @Nullable String stage, @Nullable String causeType,
			@Nullable String max, @Nullable String rate, @Nullable String per, @Nullable String dryRun,
			@Nullable String reason) {
		return answer(() -> {
			List<String> segments = path.segments();
			String last = segments.isEmpty() ? "" : segments.get(segments.size() - 1);
			if (segments.size() == 1 && last.equals("replay")) {
				return replay(securityContext, filterOfSome(stage, causeType),
						options(max, rate, per, RequestText.flag("dryRun", dryRun)));
			}
			if (segments.size() == 1 && last.equals("stop")) {
				return stop(securityContext);
			}
			if (segments.size() == 2 && last.equals("replay")) {
				return replay(securityContext, letter(segments.get(0)));
			}
			if (segments.size() == 2 && last.equals("abandon")) {
				return abandon(securityContext, letter(segments.get(0)), RequestText.text("reason", reason, MAX_TEXT));
			}
			throw RefusedRequestException.notFound();
		});
	}

	private static ReplayOptions options(@Nullable String max, @Nullable String rate, @Nullable String per,
			boolean dryRun) {
		ReplayOptions options = ReplayOptions.defaults()
			.withMax(RequestText.number("max", max, ReplayOptions.DEFAULT_MAX, ReplayOptions.MAX))
			.withDryRun(dryRun);
		Duration period = RequestText.time("per", per, Duration.ofSeconds(1), MAX_PERIOD);
		return StringUtils.hasText(rate)
				? options.withRate(RateLimit.of(RequestText.number("rate", rate, MAX_EVENTS), period)) : options;
	}

	private ReplayDescriptor replay(SecurityContext securityContext, DeadLetterFilter filter, ReplayOptions options) {
		Replay replay = options.dryRun() ? this.desk.replay(filter, options)
				: this.replays.begin(() -> this.desk.replay(filter, options));
		audit(securityContext, options.dryRun() ? "would replay" : "replays",
				"%s, at most %d%s".formatted(said(filter), options.max(), rate(options)), replay.planned().size());
		return ReplayDescriptor.of(replay, options.dryRun());
	}

	private static String rate(ReplayOptions options) {
		RateLimit rate = options.rate();
		return (rate != null) ? ", %d in %s".formatted(rate.events(), rate.period()) : "";
	}

	private ReplayDescriptor replay(SecurityContext securityContext, DeadLetter letter) {
		Replay replay = this.replays.begin(() -> this.desk.replay(letter.id()));
		audit(securityContext, "replays", letter.toString(), replay.planned().size());
		return ReplayDescriptor.of(replay, false);
	}

	private ChangeDescriptor stop(SecurityContext securityContext) {
		int stopped = this.replays.stop();
		logger.info(
				"%s stops %s of dead letters".formatted(RequestedBy.name(securityContext), counted(stopped, "replay")));
		return new ChangeDescriptor(stopped);
	}

	private ChangeDescriptor abandon(SecurityContext securityContext, DeadLetter letter, String reason) {
		if (!this.desk.abandon(letter.id(), reason)) {
			throw busy();
		}
		audit(securityContext, "abandons", "%s: %s".formatted(letter, StageNames.printable(reason)), 1);
		return new ChangeDescriptor(1);
	}

	/**
	 * Removes letters for good, with their events, the oldest first.
	 * @param securityContext knows who asks
	 * @param stage of which stage
	 * @param causeType of which failure; at least one of these two
	 * @param max how many at most, from 1 to {@link ReplayOptions#MAX}; must be given
	 * @return how many were removed
	 */
	@DeleteOperation
	public WebEndpointResponse<OperationResponseBody> drop(SecurityContext securityContext, @Nullable String stage,
			@Nullable String causeType, @Nullable String max) {
		return answer(() -> {
			DeadLetterFilter filter = filterOfSome(stage, causeType);
			int most = RequestText.number("max", max, ReplayOptions.MAX);
			int dropped = this.desk.drop(filter, most);
			audit(securityContext, "drops", "%s, at most %d".formatted(said(filter), most), dropped);
			return new ChangeDescriptor(dropped);
		});
	}

	/**
	 * Removes one letter for good, with its event.
	 * @param securityContext knows who asks
	 * @param path the id of the letter
	 * @return that one was removed; 404 if there is none, 400 if it is being replayed
	 */
	@DeleteOperation
	public WebEndpointResponse<OperationResponseBody> dropOne(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) RequestPath path) {
		return answer(() -> {
			DeadLetter letter = letter(path.joined());
			if (!this.desk.drop(letter.id())) {
				throw busy();
			}
			audit(securityContext, "drops", letter.toString(), 1);
			return new ChangeDescriptor(1);
		});
	}

	private static WebEndpointResponse<OperationResponseBody> answer(Supplier<OperationResponseBody> answering) {
		try {
			return new WebEndpointResponse<>(answering.get());
		}
		catch (RefusedRequestException ex) {
			return new WebEndpointResponse<>(ex.body(), ex.status());
		}
	}

	private DeadLetter letter(String id) {
		return RequestText.id(id).flatMap(this.desk::get).orElseThrow(RefusedRequestException::notFound);
	}

	private static RefusedRequestException busy() {
		return new RefusedRequestException("the letter is being replayed, or is gone");
	}

	/** Returns a filter that names a stage or a failure, so that not all are meant. */
	private DeadLetterFilter filterOfSome(@Nullable String stage, @Nullable String causeType) {
		if (!StringUtils.hasText(stage) && !StringUtils.hasText(causeType)) {
			throw new RefusedRequestException("name a 'stage' or a 'causeType', or both");
		}
		return filter(stage, causeType);
	}

	private DeadLetterFilter filter(@Nullable String stage, @Nullable String causeType) {
		DeadLetterFilter filter = DeadLetterFilter.all();
		if (StringUtils.hasText(stage)) {
			filter = filter.withStage(known(stage));
		}
		return StringUtils.hasText(causeType) ? filter.withCauseType(causeType) : filter;
	}

	/** Returns the name of a stage that is there, or has letters still. */
	private String known(String stage) {
		if (this.registry.state(stage).isEmpty()
				&& this.desk.list(DeadLetterFilter.all().withStage(stage), null, 1).letters().isEmpty()) {
			throw RefusedRequestException.notFound();
		}
		return stage;
	}

	private boolean showsData(SecurityContext securityContext) {
		return this.showPayload.isShown(securityContext, this.roles);
	}

	private static void audit(SecurityContext securityContext, String does, String which, int letters) {
		logger.info("%s %s %s: %s".formatted(RequestedBy.name(securityContext), does, counted(letters, "dead letter"),
				which));
	}

	private static String counted(int number, String thing) {
		return (number == 1) ? "1 " + thing : "%d %ss".formatted(number, thing);
	}

	private static String said(DeadLetterFilter filter) {
		return "stage %s, cause %s".formatted(said(filter.stage()), said(filter.causeType()));
	}

	private static String said(@Nullable String wanted) {
		return (wanted != null) ? "'%s'".formatted(StageNames.printable(wanted)) : "any";
	}

	/**
	 * Some letters of a list.
	 *
	 * @param letters the letters, the newest first
	 * @param next where the next page begins, {@code null} if there is none
	 */
	record LettersDescriptor(List<LetterDescriptor> letters, @Nullable String next) implements OperationResponseBody {
	}

	/**
	 * How many letters there are.
	 *
	 * @param total how many in all
	 * @param oldest when the oldest that is not abandoned failed for the first time
	 * @param stages how many each stage has, by status
	 * @param causeTypes how many there are for each type of failure, the empty text where
	 * nothing was thrown
	 * @param dropped how many letters of each stage were lost since the store was full
	 */
	record CountsDescriptor(long total, @Nullable Instant oldest, Map<String, Map<String, Long>> stages,
			Map<String, Long> causeTypes, Map<String, Long> dropped) implements OperationResponseBody {

		static CountsDescriptor of(DeadLetterCounts counts) {
			Map<String, Map<String, Long>> stages = new TreeMap<>();
			counts.groups()
				.forEach((group) -> stages.computeIfAbsent(group.stage(), (stage) -> new TreeMap<>())
					.merge(group.status().name(), group.letters(), Long::sum));
			return new CountsDescriptor(counts.total(), counts.oldest(), stages, counts.byCauseType(),
					new TreeMap<>(counts.dropped()));
		}

	}

	/**
	 * A replay at some moment.
	 *
	 * @param dryRun whether nothing is done
	 * @param letters how many letters it is about
	 * @param accepted how many events were handled up to now
	 * @param failedAgain how many events have failed again up to now
	 * @param left how many letters are left, by the reason
	 */
	record ReplayDescriptor(boolean dryRun, int letters, int accepted, int failedAgain,
			Map<String, Long> left) implements OperationResponseBody {

		static ReplayDescriptor of(Replay replay, boolean dryRun) {
			return new ReplayDescriptor(dryRun, replay.planned().size(), replay.accepted(), replay.failedAgain(),
					replay.left()
						.values()
						.stream()
						.collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting())));
		}

	}

	/**
	 * What was done.
	 *
	 * @param changed how many letters or replays it was done to
	 */
	record ChangeDescriptor(int changed) implements OperationResponseBody {
	}

}
