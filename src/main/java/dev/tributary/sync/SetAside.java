package dev.tributary.sync;

import java.time.Instant;
import java.util.UUID;

/**
 * A change that a follower could not apply.
 *
 * @param number {@linkplain ChangeBatch#numbers number} of the change
 * @param error why it could not be applied the last time
 * @param since when it failed first
 */
public record SetAside(UUID chunk, long number, String error, Instant since) {}
