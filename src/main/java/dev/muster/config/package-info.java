/**
 * Configuration: namespaces, and items of content in them. Reads look at a {@link
 * dev.muster.core.State}; writes read, decide, and submit what holds only if nothing has changed.
 */
@NullMarked
package dev.muster.config;

import org.jspecify.annotations.NullMarked;
