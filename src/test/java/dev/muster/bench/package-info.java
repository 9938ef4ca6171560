/** Programs that measure; none of them is a test. */
package dev.muster.bench;
