/** Muster: a configuration and service-discovery center on one replicated tree. */
@NullMarked
package dev.muster;

import org.jspecify.annotations.NullMarked;
