package dev.tributary.follow;

import dev.tributary.vector.ChangePosition;
import dev.tributary.vector.Generation;

/** Whether a derived store can answer searches of a collection, at one moment. */
public sealed interface Standing {
    /**
     * It can, together with the record store.
     *
     * @param generation what to search
     * @param position up to where the generation had the changes then, at the latest; what it has
     *     set aside is pending as well
     */
    record InStep(Generation generation, ChangePosition position) implements Standing {}

    /**
     * It cannot now.
     *
     * @param reason a clause for a warning, such as {@code it is still being filled}
     */
    record Behind(String reason) implements Standing {}
}
