package dev.tributary.vector;

/**
 * How far a follower of a collection's changes had come at one moment. Whoever keeps a copy of the
 * collection is such a follower.
 *
 * @param follower name of the follower
 * @param text as the record store writes it, opaque to everyone else
 */
public record ChangePosition(String follower, String text) {}
