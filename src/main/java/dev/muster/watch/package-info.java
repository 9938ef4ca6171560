/**
 * What just changed: the newest revisions, pulled by revision. A reader that never reads costs
 * nothing.
 */
@NullMarked
package dev.muster.watch;

import org.jspecify.annotations.NullMarked;
