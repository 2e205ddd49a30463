package dev.tributary.job;

/**
 * A step of a run, stored as a unit.
 *
 * @param processed items processed since the previous step, including failed ones
 * @param checkpoint where the next attempt continues, as JSON
 * @param failures failures since the previous step
 */
record Progress(long processed, String checkpoint, Failures failures) {}
