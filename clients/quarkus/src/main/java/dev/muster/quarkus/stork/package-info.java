/**
 * Muster as a service discovery and a registrar of Stork, both of the type {@code muster}. Stork's
 * service loader finds them; programs use none of this directly.
 */
@NullMarked
package dev.muster.quarkus.stork;

import org.jspecify.annotations.NullMarked;
