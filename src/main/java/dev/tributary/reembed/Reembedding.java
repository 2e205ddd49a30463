package dev.tributary.reembed;

import java.util.UUID;

/**
 * A re-embedding that is under way.
 *
 * @param job that does it
 * @param source id of the collection that is re-embedded
 * @param target id of the new one
 * @param isTargetKept whether the new one stays if the job does not succeed
 * @param isSwitched whether the new one has taken over
 */
record Reembedding(
        UUID job,
        String namespace,
        long source,
        long target,
        boolean isTargetKept,
        boolean isSwitched) {}
