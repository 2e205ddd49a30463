package dev.tributary.collection;

import jakarta.validation.constraints.NotNull;

/**
 * The target of an alias.
 *
 * @param collection a collection, or another alias, whose changes it then follows
 */
record AliasRequest(@NotNull(message = "is missing") String collection) {}
