/** Who is present, and what follows from it: sessions, which own ephemeral nodes. */
@NullMarked
package dev.muster.coordination;

import org.jspecify.annotations.NullMarked;
