/** How this node does, for those who run it: health checks and meters. */
@NullMarked
package dev.muster.observe;

import org.jspecify.annotations.NullMarked;
