package io.genstage.boot.actuate;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageEndpoint.StageDescriptor;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.picture.GraphLayout;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.MimeType;
import org.springframework.util.StringUtils;

/**
 * Shows the pipelines over HTTP in several ways, and one stage with the values of its
 * properties only to those who may see them. Once the endpoint is opened for writing,
 * stages can be operated.
 */
@EndpointWebExtension(endpoint = GenStageEndpoint.class)
public class GenStageEndpointWebExtension {

	private static final EndpointId ID = EndpointId.of("genstage");

	private static final MimeType TEXT = MimeType.valueOf("text/plain;charset=UTF-8");

	private static final MimeType SVG = MimeType.valueOf("image/svg+xml;charset=UTF-8");

	private static final int NOT_MODIFIED = 304;

	private static final int ACCEPTED = 202;

	private final GenStageEndpoint endpoint;

	private final Show showValues;

	private final Set<String> roles;

	private final boolean writable;

	private final PipelineViews views;

	private final StageOperations operations;

	private final UnaryOperator<Object> json;

	private final SharedAnswers<Tagged> shared;

	/** What no other process has in its tags. */
	private final String process = UUID.randomUUID().toString();

	private final AtomicLong readings = new AtomicLong();

	private final AnswerHeaders headers = AnswerHeaders.ofThisApplication();

	/**
	 * Creates the extension.
	 * @param endpoint shows the stages
	 * @param showValues when values of properties are shown
	 * @param roles the roles of those who are authorized; with none everybody is who is
	 * authenticated
	 * @param desk has the dead letters of the stages, or {@code null} if nobody counts
	 * them
	 * @param access knows whether the endpoint is open for writing
	 * @param nanoTime the clock that says how old an answer with numbers is, which all
	 * who ask within a second share
	 * @param json writes such an answer once for all of them, as a {@code byte[]}, or
	 * returns it as it is to have it written for each
	 */
	public GenStageEndpointWebExtension(GenStageEndpoint endpoint, Show showValues, Set<String> roles,
			@Nullable DeadLetterDesk desk, EndpointAccessResolver access, LongSupplier nanoTime,
			UnaryOperator<Object> json) {
		this.endpoint = endpoint;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
		this.writable = access.accessFor(ID, Access.READ_ONLY) == Access.UNRESTRICTED;
		StageRegistry registry = endpoint.registry();
		this.views = new PipelineViews(registry, registry::stage, (desk != null) ? new DeadLetterNumbers(desk) : null,
				InstantSource.system());
		this.operations = new StageOperations(registry);
		this.json = json;
		this.shared = new SharedAnswers<>(nanoTime);
	}

	/**
	 * Returns all pipelines, or one view of them.
	 * @param view {@code topology}, {@code numbers}, {@code mermaid}, {@code dot},
	 * {@code svg} or {@code text}; state and numbers of everything if not given
	 * @param pipeline the name of the pipeline to draw, all if not given; an SVG image is
	 * always of one, of the first if not given
	 * @param after what the page before says is next, or {@code null} to begin
	 * @param limit how many stages of topology or numbers at most, from 1 to 1000, 500 if
	 * not given
	 * @return the view; 304 if who asks has this topology or these numbers already, 404
	 * if there is no pipeline of that name
	 */
	@ReadOperation
	public WebEndpointResponse<Object> pipelines(@Nullable String view, @Nullable String pipeline,
			@Nullable String after, @Nullable String limit) {
		return pipelines(view, pipeline, after, limit, this.headers);
	}

	WebEndpointResponse<Object> pipelines(@Nullable String view, @Nullable String pipeline, @Nullable String after,
			@Nullable String limit, AnswerHeaders headers) {
		try {
			return switch (StringUtils.hasText(view) ? view : "") {
				case "" -> new WebEndpointResponse<>(this.endpoint.pipelines());
				case "topology" -> unlessKnown(topology(limit(limit), place(after)), headers);
				case "numbers" -> unlessKnown(numbers(limit(limit), place(after)), headers);
				case "mermaid" -> drawn(pipeline, "%% ", GraphLayout::mermaid);
				case "dot" -> drawn(pipeline, "// ", GraphLayout::dot);
				case "text" -> drawn(pipeline, "", GraphLayout::text);
				case "svg" -> image(pipeline);
				default ->
					throw new RefusedRequestException("'view' must be topology, numbers, mermaid, dot, svg or text");
			};
		}
		catch (RefusedRequestException ex) {
			return new WebEndpointResponse<>(ex.body(), ex.status());
		}
	}

	/** Is looked at for each who asks, so that it is never old; written once. */
	private Tagged topology(int limit, @Nullable String after) {
		PipelineViews.Topology topology = this.views.topology(limit, after, this.writable);
		return this.shared.of(new Asked(topology.version(), limit, after),
				() -> new Tagged(topology.version(), this.json.apply(topology)));
	}

	private Tagged numbers(int limit, @Nullable String after) {
		return this.shared.of(new Asked(null, limit, after),
				() -> new Tagged(this.process + "-" + this.readings.incrementAndGet(),
						this.json.apply(this.views.numbers(limit, after, this.writable))));
	}

	private static WebEndpointResponse<Object> unlessKnown(Tagged answer, AnswerHeaders headers) {
		return headers.isKnown(answer.tag()) ? new WebEndpointResponse<>(NOT_MODIFIED)
				: new WebEndpointResponse<>(answer.body());
	}

	private static int limit(@Nullable String limit) {
		return RequestText.number("limit", limit, PipelineViews.USUAL_LIMIT, PipelineViews.MAX_LIMIT);
	}

	private static @Nullable String place(@Nullable String after) {
		return StringUtils.hasText(after) ? after : null;
	}

	private WebEndpointResponse<Object> drawn(@Nullable String pipeline, String comment,
			Function<GraphLayout, String> drawing) {
		Map<String, String> drawings = this.views.drawings(place(pipeline), drawing);
		if (drawings.isEmpty() && StringUtils.hasText(pipeline)) {
			throw RefusedRequestException.notFound();
		}
		StringBuilder text = new StringBuilder();
		drawings.forEach((name, drawn) -> {
			text.append(text.isEmpty() ? "" : "\n");
			text.append(StringUtils.hasText(pipeline) ? "" : comment + name + "\n").append(drawn);
		});
		return new WebEndpointResponse<>(text.toString(), TEXT);
	}

	private WebEndpointResponse<Object> image(@Nullable String pipeline) {
		String image = this.views.drawings(place(pipeline), GraphLayout::svg)
			.values()
			.stream()
			.findFirst()
			.orElseThrow(RefusedRequestException::notFound);
		return new WebEndpointResponse<>(image, SVG);
	}

	/**
	 * Returns one stage.
	 * @param securityContext knows who asks
	 * @param stage where its name is
	 * @return the stage, or {@code null} (404) if there is none of that name
	 */
	@ReadOperation
	public @Nullable StageDescriptor stage(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) RequestPath stage) {
		return this.endpoint.stage(stage.joined(), this.showValues.isShown(securityContext, this.roles));
	}

	/**
	 * Begins to operate one stage. Who asked is logged.
	 * @param securityContext knows who asks
	 * @param stage where its name is
	 * @param operation {@code start}, {@code stop}, {@code restart}, {@code pause},
	 * {@code resume}, {@code demand}, {@code concurrency}, {@code rate}, {@code batch} or
	 * {@code reset}
	 * @param maxDemand for {@code demand}: how many events it may have outstanding
	 * @param minDemand for {@code demand}: at how many it asks for more, half of the most
	 * if not given
	 * @param concurrency for {@code concurrency}: how many instances it has, up to 1000
	 * @param rate for {@code rate}: how many events it handles in each {@code per}
	 * @param per for {@code rate}: the time for that, 1 s if not given
	 * @param size for {@code batch}: how many events a batch has at most
	 * @param timeout for {@code batch}: how long the first event waits for others, 1 s if
	 * not given
	 * @return 202 and what goes on now; 404 if there is no such stage, 400 if something
	 * is out of range, 409 if the stage can't do that now
	 */
	@WriteOperation
	public WebEndpointResponse<Object> operate(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) RequestPath stage, @Nullable String operation,
			@Nullable String maxDemand, @Nullable String minDemand, @Nullable String concurrency, @Nullable String rate,
			@Nullable String per, @Nullable String size, @Nullable String timeout) {
		Map<String, String> texts = new HashMap<>();
		putIfGiven(texts, "maxDemand", maxDemand);
		putIfGiven(texts, "minDemand", minDemand);
		putIfGiven(texts, "concurrency", concurrency);
		putIfGiven(texts, "rate", rate);
		putIfGiven(texts, "per", per);
		putIfGiven(texts, "size", size);
		putIfGiven(texts, "timeout", timeout);
		try {
			this.operations.begin(securityContext, stage.joined(), new StageOperations.Request(operation, texts));
			// So that who looks next sees it.
			this.shared.forget();
			return new WebEndpointResponse<>(new BegunDescriptor(stage.joined(), String.valueOf(operation)), ACCEPTED);
		}
		catch (RefusedRequestException ex) {
			return new WebEndpointResponse<>(ex.body(), ex.status());
		}
	}

	private static void putIfGiven(Map<String, String> texts, String name, @Nullable String text) {
		if (text != null) {
			texts.put(name, text);
		}
	}

	/**
	 * What is asked for.
	 *
	 * @param topology the version of the topology, {@code null} for numbers
	 * @param limit how many stages it has at most
	 * @param after the stage that it begins behind, {@code null} if it is the first page
	 */
	private record Asked(@Nullable String topology, int limit, @Nullable String after) {
	}

	/**
	 * An answer.
	 *
	 * @param tag is that of no other answer to the same question
	 * @param body what is answered
	 */
	private record Tagged(String tag, Object body) {
	}

	/**
	 * An operation that goes on.
	 *
	 * @param stage the stage's name
	 * @param operation what is done with it
	 */
	record BegunDescriptor(String stage, String operation) implements OperationResponseBody {
	}

}
