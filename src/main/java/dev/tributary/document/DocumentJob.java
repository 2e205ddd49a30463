package dev.tributary.document;

import dev.tributary.job.JobAnswer;

/**
 * The answer to a put whose document is stored by a job.
 *
 * @param job the job that stores the document
 */
record DocumentJob(JobAnswer job) {}
