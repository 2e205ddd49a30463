package dev.tributary.vector;

import static java.util.Comparator.comparing;

import java.util.Comparator;
import java.util.UUID;

/** The order of chunk ids. */
public final class ChunkIds {
    /** Compares the 128 bits as unsigned, so ids sort as their text does. */
    public static final Comparator<UUID> ORDER =
            comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
                    .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private ChunkIds() {}
}
