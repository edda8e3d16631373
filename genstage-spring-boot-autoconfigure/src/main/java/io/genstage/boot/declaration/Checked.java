package io.genstage.boot.declaration;

import java.util.List;

/**
 * What was made of something that somebody wrote, with what is wrong with it.
 *
 * @param value what was made; without what is wrong, so that one can go on with it to
 * find more
 * @param problems what is wrong, empty if nothing is
 * @param <T> the type of the value
 */
public record Checked<T>(T value, List<WiringProblem> problems) {
}
