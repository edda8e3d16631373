package io.genstage.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;

import org.springframework.core.Ordered;

/**
 * Makes the spans of calls that handle events of several traces. Each begins a trace of
 * its own, which is linked to all of these.
 */
public final class LinkingObservationHandler implements TracingObservationHandler<HandlingObservationContext>, Ordered {

	private final Tracer tracer;

	/**
	 * Creates a handler.
	 * @param tracer makes the spans
	 */
	public LinkingObservationHandler(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof HandlingObservationContext handling && !handling.getLinks().isEmpty();
	}

	@Override
	public void onStart(HandlingObservationContext context) {
		Span.Builder span = this.tracer.spanBuilder().setNoParent();
		for (ObservationView link : context.getLinks()) {
			TracingContext linked = link.getContextView().get(TracingContext.class);
			if (linked != null && linked.getSpan() != null) {
				span.addLink(new Link(linked.getSpan()));
			}
		}
		getTracingContext(context).setSpan(span.start());
	}

	@Override
	public void onStop(HandlingObservationContext context) {
		Span span = getRequiredSpan(context);
		span.name(getSpanName(context));
		tagSpan(context, span);
		endSpan(context, span);
	}

	@Override
	public Tracer getTracer() {
		return this.tracer;
	}

	/** Before the handlers of the application, which make spans of everything. */
	@Override
	public int getOrder() {
		return 0;
	}

}
