package dev.tributary.vector;

import static java.util.Comparator.comparing;

import java.util.Comparator;
import java.util.UUID;

/** How ids are ordered. */
public final class ChunkIds {
    /** By their 128 bits, unsigned, which is how their text sorts. */
    public static final Comparator<UUID> ORDER =
            comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
                    .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private ChunkIds() {}
}
