package io.genstage.boot.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Why nothing was done.
 *
 * @param message what was expected
 */
record RefusalDescriptor(String message) implements OperationResponseBody {
}
