package io.genstage;

import java.util.List;

/**
 * A listener of a stage that may let its handler fail, for tests of what becomes of
 * events then. It has to be among the {@linkplain StageOptions#withListener options} of
 * the stage; among the listeners of a system it is a listener like others.
 */
public interface FaultInjector extends StageListener {

	/**
	 * A handler is going to be called: that of a consumer or producer-consumer, also in a
	 * task or for an event in flight, each attempt anew. What this throws has the same
	 * consequences as if the handler had thrown it; the handler isn't called then. An
	 * injector behind one that throws isn't asked.
	 * @param stage the stage
	 * @param events the events that the handler would get with this call, at least one;
	 * nobody may change the list
	 * @throws Exception what the handler is to fail with
	 */
	void beforeHandling(StageRef stage, List<?> events) throws Exception;

}
