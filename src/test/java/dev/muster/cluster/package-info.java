/**
 * Real processes of the packaged jar, hurt in every way a machine can hurt them, under clients that
 * write down all they see.
 */
package dev.muster.cluster;
