package dev.tributary.vector;

/** A search by vector. */
public record VectorQuery(Embedding embedding, SearchOptions options) {
    /** The same search, confined to these rows. */
    public VectorQuery within(Rows rows) {
        return new VectorQuery(embedding, options.within(rows));
    }
}
