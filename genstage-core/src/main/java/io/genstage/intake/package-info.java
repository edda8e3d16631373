/**
 * How events come in to a stage: the mirror of {@code io.genstage.dispatch}, which
 * decides how they go out. An {@link io.genstage.intake.Intake} knows nothing of stages,
 * threads and mailboxes. It is given what has come and what time it is, and says what to
 * ask for and what to handle. This is of the engine; a stage's options choose what is
 * used.
 */
@NullMarked
package io.genstage.intake;

import org.jspecify.annotations.NullMarked;
