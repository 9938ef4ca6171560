/** What the configuration source and Stork's providers share: connections to Muster. */
@NullMarked
package dev.muster.quarkus;

import org.jspecify.annotations.NullMarked;
