package dev.tributary.vector;

/** A search by vector. */
public record VectorQuery(Embedding embedding, SearchOptions options) {}
