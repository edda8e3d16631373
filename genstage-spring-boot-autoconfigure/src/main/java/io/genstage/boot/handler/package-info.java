/**
 * How the code of an application is called: the methods and beans behind stages, what
 * they take and what they return. {@code GenStageHeaders} is API.
 */
@NullMarked
package io.genstage.boot.handler;

import org.jspecify.annotations.NullMarked;
