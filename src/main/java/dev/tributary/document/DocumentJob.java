package dev.tributary.document;

import dev.tributary.job.JobAnswer;

/**
 * A document that is being stored.
 *
 * @param job that does it
 */
record DocumentJob(JobAnswer job) {}
