/**
 * What the leader does unasked: ends silent sessions, deletes nodes whose life is over. A duty only
 * proposes, through the ledger, and each of its commands is fenced by {@link
 * dev.muster.duty.Tenure}: the log decides.
 */
@NullMarked
package dev.muster.duty;

import org.jspecify.annotations.NullMarked;
