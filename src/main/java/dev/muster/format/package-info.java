/**
 * The formats of configuration items: which there are, whether a text is well-formed, what its
 * properties are, how two texts differ, whether one satisfies a schema, and how to edit one in
 * place. A library of pure functions over bytes: it knows nothing of items, trees or HTTP.
 */
@NullMarked
package dev.muster.format;

import org.jspecify.annotations.NullMarked;
