/**
 * The native REST API, {@code /api/v1}: one small resource class for each resource, and what they
 * share. Everything runs on the event loop and never blocks it. A resource answers with an {@link
 * dev.muster.door.rest.Answer} or fails with a {@link dev.muster.door.rest.Problem}.
 */
@NullMarked
package dev.muster.door.rest;

import org.jspecify.annotations.NullMarked;
