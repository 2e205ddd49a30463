package dev.tributary.vector;

import java.util.Set;

/** The heavy parts of a chunk, fetched only when asked for. */
public enum Include {
    CONTENT,
    METADATA,
    EMBEDDING;

    /** What is returned unless something else is asked for. */
    public static final Set<Include> DEFAULT = Set.of(CONTENT, METADATA);
}
