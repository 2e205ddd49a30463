package dev.tributary.collection;

/**
 * Another name for a collection.
 *
 * @param namespace the namespace that the name is known in
 * @param alias the name
 * @param collection what it leads to: a collection, or another alias
 */
record AliasAnswer(String namespace, String alias, String collection) {}
