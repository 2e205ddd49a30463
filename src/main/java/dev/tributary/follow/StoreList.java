package dev.tributary.follow;

import java.util.List;

/**
 * The derived stores that follow a collection.
 *
 * @param stores by name
 */
record StoreList(List<StoreAnswer> stores) {}
