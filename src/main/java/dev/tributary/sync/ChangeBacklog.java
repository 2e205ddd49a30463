package dev.tributary.sync;

/**
 * How far a follower is behind.
 *
 * @param changes changes that it was not told of, counted up to a limit
 * @param setAside changes that it could not apply
 * @param oldestSeconds age of the oldest change that it was not told of, or the time since it was
 *     last told of everything if that is shorter; 0 if there is none
 */
public record ChangeBacklog(long changes, long setAside, double oldestSeconds) {}
