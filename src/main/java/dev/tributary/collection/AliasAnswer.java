package dev.tributary.collection;

/**
 * Another name for a collection.
 *
 * @param namespace the namespace of the alias
 * @param alias the name of the alias
 * @param collection what it points to: a collection or another alias
 */
record AliasAnswer(String namespace, String alias, String collection) {}
