/**
 * Items on their way into a namespace and out of it: archives of our own and of other systems, and
 * what taking one over would change. Pure but for {@link dev.muster.config.transfer.Transfers}.
 */
@NullMarked
package dev.muster.config.transfer;

import org.jspecify.annotations.NullMarked;
