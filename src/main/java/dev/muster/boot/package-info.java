/**
 * Puts the parts together: configuration, the objects that CDI hands out, start and end of the
 * process.
 */
@NullMarked
package dev.muster.boot;

import org.jspecify.annotations.NullMarked;
