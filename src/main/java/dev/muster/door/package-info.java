/** The protocols that clients speak. A door translates and nothing else. */
@NullMarked
package dev.muster.door;

import org.jspecify.annotations.NullMarked;
