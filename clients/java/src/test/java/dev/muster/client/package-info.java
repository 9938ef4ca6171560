/** The client against servers that do as they are told, and against a real node that is hurt. */
@NullMarked
package dev.muster.client;

import org.jspecify.annotations.NullMarked;
