/**
 * What becomes of events that a stage fails to handle. A
 * {@link io.genstage.failure.FailurePolicy} says it, as an option of a stage;
 * {@link io.genstage.failure.Retrying} does it, between the intake of the stage and its
 * handler:
 *
 * <pre>
 *  Intake ──handle──▶ Retrying ──attempt──▶ handler
 *                        │  ▲                  │
 *                        │  └── what failed ◀──┘
 *                        ├─ later: attempted again, when it is due
 *                        └─ no attempt is left: dead letter, skipped or failed
 * </pre>
 *
 * API are the policy and what it is made of: {@code Retries}, {@code RetryOrder},
 * {@code OutageGuard}, {@code FailureDecider} with its {@code Decision}, and
 * {@code RetryAfterException} for handlers. The rest is of the engine, and knows nothing
 * of stages, threads and mailboxes either.
 */
@NullMarked
package io.genstage.failure;

import org.jspecify.annotations.NullMarked;
