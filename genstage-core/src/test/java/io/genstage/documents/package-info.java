/**
 * What the documents say of themselves and of the build.
 */
@NullMarked
package io.genstage.documents;

import org.jspecify.annotations.NullMarked;
