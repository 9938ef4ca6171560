/** The users' own tree: raw writes, wherever no service gives a branch its meaning. */
@NullMarked
package dev.muster.tree;

import org.jspecify.annotations.NullMarked;
