package io.genstage.boot.actuate;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import io.genstage.desk.Replay;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * The replays that were begun by requests and have not ended, of which there are only so
 * many.
 */
final class ReplaysUnderWay {

	static final int MOST = 10;

	private final Semaphore free = new Semaphore(MOST);

	private final Set<Replay> replays = ConcurrentHashMap.newKeySet();

	/** Begins a replay, if there is room for one more. */
	Replay begin(Supplier<Replay> beginning) {
		if (!this.free.tryAcquire()) {
			throw new RefusedRequestException(WebEndpointResponse.STATUS_TOO_MANY_REQUESTS,
					"%d replays are under way: wait for one to end, or stop them".formatted(MOST));
		}
		Replay replay;
		try {
			replay = beginning.get();
		}
		catch (RuntimeException | Error ex) {
			this.free.release();
			throw ex;
		}
		this.replays.add(replay);
		var unused = replay.whenDone().thenAccept((done) -> {
			this.replays.remove(done);
			this.free.release();
		});
		return replay;
	}

	/** Stops all of them, and returns how many these are. */
	int stop() {
		List<Replay> open = List.copyOf(this.replays);
		open.forEach(Replay::stop);
		return open.size();
	}

}
