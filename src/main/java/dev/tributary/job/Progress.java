package dev.tributary.job;

/**
 * A step of a run, written down as one.
 *
 * @param processed items dealt with since the step before, failed ones among them
 * @param checkpoint JSON of where the next attempt goes on
 * @param failures since the step before
 */
record Progress(long processed, String checkpoint, Failures failures) {}
