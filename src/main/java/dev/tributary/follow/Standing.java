package dev.tributary.follow;

import dev.tributary.vector.Generation;
import java.util.List;
import java.util.UUID;

/** Whether a derived store can answer searches of a collection, at one moment. */
public sealed interface Standing {
    /**
     * It can, together with the record store.
     *
     * @param generation what to search
     * @param pending every chunk whose last change, of those committed before this was read, the
     *     generation may not have; each once
     */
    record InStep(Generation generation, List<UUID> pending) implements Standing {
        public InStep {
            pending = List.copyOf(pending);
        }
    }

    /**
     * It cannot now.
     *
     * @param reason a clause for a warning, such as {@code it is still being filled}
     */
    record Behind(String reason) implements Standing {}
}
