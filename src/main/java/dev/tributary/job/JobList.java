package dev.tributary.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of jobs.
 *
 * @param jobs the jobs, newest first
 * @param nextCursor sent as cursor to get the next page; absent on the last page
 */
record JobList(List<JobAnswer> jobs, @Nullable String nextCursor) {
    /**
     * Builds a page.
     *
     * @param found the jobs found; one more than the limit if there are more
     */
    static JobList of(List<Job> found, int limit) {
        List<Job> page = found.subList(0, Math.min(limit, found.size()));
        return new JobList(
                page.stream().map(JobAnswer::overview).toList(),
                found.size() > limit ? JobCursor.of(page.getLast()).toText() : null);
    }
}
