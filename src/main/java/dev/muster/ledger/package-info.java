/** The one way in: what everything above the log sees of it. */
@NullMarked
package dev.muster.ledger;

import org.jspecify.annotations.NullMarked;
