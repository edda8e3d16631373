package io.genstage.boot.handler;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.stream.IntStream;

import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.delivery.Acknowledgement;
import org.jspecify.annotations.Nullable;

/**
 * A handler that is a method, called by a handle. A call by reflection would need an
 * array of the arguments and wrap what the method throws, which costs more than a small
 * method of one event itself.
 */
final class DirectHandler implements Handler {

	private static final MethodType TYPE = MethodType.methodType(Object.class, Object.class, Subscription.class,
			StageContext.class, Acknowledgement.class);

	private final MethodHandle method;

	private final MethodHandle conversion;

	private final Handler reflective;

	private DirectHandler(MethodHandle method, MethodHandle conversion, Handler reflective) {
		this.method = method;
		this.conversion = conversion;
		this.reflective = reflective;
	}

	/**
	 * Returns a handler that calls a method.
	 * @param method calls it
	 * @param places for each of its parameters which argument of a handler it takes
	 * @param reflective calls it too, and says what is wrong with an argument
	 */
	static DirectHandler of(MethodHandle method, int[] places, Handler reflective) {
		MethodType inOwnOrder = MethodType.methodType(Object.class,
				IntStream.of(places).<Class<?>>mapToObj(TYPE::parameterType).toList());
		Class<?> events = IntStream.range(0, places.length)
			.filter((index) -> places[index] == 0)
			.<Class<?>>mapToObj(method.type()::parameterType)
			.findFirst()
			.orElseThrow();
		return new DirectHandler(MethodHandles.permuteArguments(method.asType(inOwnOrder), TYPE, places),
				MethodHandles.identity(events).asType(MethodType.genericMethodType(1)), reflective);
	}

	@Override
	public @Nullable Object handle(Object events, Subscription from, StageContext context,
			@Nullable Acknowledgement acknowledgement) throws Exception {
		try {
			return (Object) this.method.invokeExact(events, from, context, acknowledgement);
		}
		catch (ClassCastException ex) {
			if (isTaken(events)) {
				throw ex;
			}
			return this.reflective.handle(events, from, context, acknowledgement);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

	/** Returns whether the method was called at all, and the failure is its own. */
	private boolean isTaken(Object events) {
		try {
			Object unused = (Object) this.conversion.invokeExact(events);
			return true;
		}
		catch (ClassCastException ex) {
			return false;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

}
