package dev.tributary.ingest;

/** What a patch does with the metadata and the boosts that it names. */
enum PatchMode {
    /**
     * Merges them into those that are stored, as RFC 7396 says: null removes a key, objects are
     * merged key by key, and everything else, arrays too, is replaced.
     */
    MERGE,
    /** Stores them instead. */
    REPLACE
}
