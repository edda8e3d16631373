package io.genstage.source;

import org.jspecify.annotations.Nullable;

/**
 * Keeps how far a {@link CheckpointedSource} has been handled. It is called on the
 * executor of the stage and may block. For one name there is one call at a time in each
 * run of the stage.
 *
 * @param <P> the type of the positions
 */
public interface ProgressStore<P> {

	/**
	 * Returns the position that was saved last.
	 * @param name whose position
	 * @return the position, or {@code null} if none was saved
	 * @throws SourceUnavailableException if the store can't be reached for now: it is
	 * tried again
	 * @throws Exception if it can't be loaded, which stops the stage
	 */
	@Nullable P load(String name) throws Exception;

	/**
	 * Saves a position: the event there and all before it are settled, so that they need
	 * never be read again.
	 * @param name whose position
	 * @param position the position
	 * @throws Exception if it can't be saved. That is logged once, until a save succeeds.
	 * The next progress is saved in its place
	 */
	void save(String name, P position) throws Exception;

	/**
	 * Returns this store as one run of a source uses it, which loads its position once
	 * and saves from then on. What two runs get differs if the store can distinguish
	 * them: then it refuses what a run saves when another one has loaded the position of
	 * the same name since. So two sources that have the same name by mistake don't move
	 * each other's position back unnoticed.
	 * @return what one run uses; this store by default, which notices nothing
	 */
	default ProgressStore<P> reader() {
		return this;
	}

}
