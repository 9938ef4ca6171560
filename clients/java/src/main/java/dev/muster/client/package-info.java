/**
 * The Java client of Muster: configuration and service discovery. {@link dev.muster.client.Muster}
 * is where to begin; what is not public is nobody's to rely on.
 */
@NullMarked
package dev.muster.client;

import org.jspecify.annotations.NullMarked;
