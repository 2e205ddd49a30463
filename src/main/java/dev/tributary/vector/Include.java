package dev.tributary.vector;

import java.util.Set;

/** The large parts of a chunk, fetched only when requested. */
public enum Include {
    CONTENT,
    METADATA,
    EMBEDDING;

    /** What is returned unless the caller says otherwise. */
    public static final Set<Include> DEFAULT = Set.of(CONTENT, METADATA);
}
