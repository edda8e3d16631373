package io.genstage.boot.handler;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.BaseStream;

import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.boot.table.SettingValues;
import io.genstage.source.Sources;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes producers of annotated methods.
 */
final class ProducerMethods {

	private static final String LEGAL = "nothing, or the demand as an int or a long, and beside it a StageContext";

	private final StageMethod method;

	private final SettingValues settings;

	private final HandlerResult result;

	private final List<ArgumentSource<DemandCall>> arguments = new ArrayList<>();

	private boolean takesDemand;

	private ProducerMethods(StageMethod method, SettingValues settings) {
		this.method = method;
		this.settings = settings;
		this.result = HandlerResult.of(method);
	}

	static TypedStage producer(StageMethod method, SettingValues settings) throws UnusableStageException {
		ProducerMethods methods = new ProducerMethods(method, settings);
		return new TypedStage(methods.stage(), ResolvableType.NONE, methods.result.eventType(),
				!methods.isPulledStream());
	}

	private ProducerStage<Object> stage() throws UnusableStageException {
		if (this.result.isNothing()) {
			throw this.method.unusable("returns nothing, so it can never emit: "
					+ "return an event, an Optional, a Collection, an array or a Stream, or what becomes one of them");
		}
		List<ResolvableType> types = this.method.parameterTypes();
		for (int index = 0; index < types.size(); index++) {
			resolve(index, types.get(index).toClass());
		}
		if (this.result.isPublisher() && !this.takesDemand) {
			throw this.method.unusable("returns %s without knowing how much is wanted: take the demand as a long, "
				.formatted(this.method.returnType()) + "or return a Stream");
		}
		// A stream from a method without the demand is pulled; all else is asked for
		// again
		// and again. What one call returns goes on its way before the next, which may
		// block.
		return isPulledStream() ? Sources.streams(this::openStream) : Sources.deferred(this::polled);
	}

	private void resolve(int index, Class<?> parameterType) throws UnusableStageException {
		Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(parameterType);
		if (type == StageContext.class) {
			this.arguments.add(DemandCall::context);
		}
		else if ((type == Integer.class || type == Long.class) && !this.takesDemand) {
			this.takesDemand = true;
			this.arguments.add((type == Integer.class) ? DemandCall::limit : (call) -> (long) call.limit());
		}
		else {
			throw this.method.unusable("takes %s: it must take %s".formatted(this.method.parameter(index), LEGAL));
		}
	}

	private ProducerStage<Object> polled(StageContext context) {
		return AnswerPoll.producer(this.result, (limit) -> {
			Object returned = call(limit, context);
			if (!this.takesDemand) {
				HandlerResult.refusePublisher(returned);
			}
			return returned;
		}, this.settings);
	}

	private boolean isPulledStream() {
		return this.result.isStream() && !this.takesDemand;
	}

	private BaseStream<?, ?> openStream(StageContext context) {
		try {
			return HandlerResult.stream(call(0, context));
		}
		catch (Exception ex) {
			ReflectionUtils.rethrowRuntimeException(ex);
			throw new UndeclaredThrowableException(ex);
		}
	}

	private @Nullable Object call(int limit, StageContext context) throws Exception {
		return this.method.call(this.arguments, new DemandCall(limit, context));
	}

	/**
	 * What a producing method is called with.
	 */
	private record DemandCall(int limit, StageContext context) {
	}

}
