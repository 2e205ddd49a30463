package dev.tributary.collection;

import jakarta.validation.constraints.NotNull;

/**
 * Where an alias is to lead.
 *
 * @param collection a collection, or another alias, which it then follows
 */
record AliasRequest(@NotNull(message = "is missing") String collection) {}
