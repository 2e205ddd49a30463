package dev.tributary.job;

import dev.tributary.security.Caller;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Jobs over HTTP. */
@RestController
@RequestMapping("/jobs")
class JobController {
    private final Jobs jobs;
    private final JobEvents events;

    JobController(Jobs jobs, JobEvents events) {
        this.jobs = jobs;
        this.events = events;
    }

    /**
     * Lists the jobs of a namespace, newest first. Finished jobs are deleted after
     * tributary.job.retention.
     *
     * @param status only jobs of this status
     * @param kind only jobs of this kind
     * @param collection only jobs whose request named the collection like this
     * @param limit most jobs to return, 1 to 1,000
     * @param cursor next_cursor of the previous page
     * @return a page of jobs
     */
    @GetMapping
    JobList list(
            Caller caller,
            @RequestParam(required = false) @Nullable JobStatus status,
            @RequestParam(required = false) @Nullable String kind,
            @RequestParam(required = false) @Nullable String collection,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        var query = new JobQuery(caller, status, kind, collection, JobCursor.parse(cursor), limit);
        return JobList.of(jobs.list(query), limit);
    }

    /**
     * Returns a job, with the first 100 items that failed.
     *
     * @param id the id of the job
     * @return the job
     */
    @GetMapping("/{id}")
    JobAnswer get(@PathVariable UUID id, Caller caller) {
        return JobAnswer.of(jobs.require(caller, id));
    }

    /**
     * Cancels a job. A waiting job is cancelled at once. A running job ends about a second later,
     * and what it has done is kept. Changes nothing if the job is finished.
     *
     * @param id the id of the job
     * @return the job as it is now
     */
    @PostMapping("/{id}/cancel")
    JobAnswer cancel(@PathVariable UUID id, Caller caller) {
        return JobAnswer.of(jobs.cancel(caller, id));
    }

    /**
     * Follows a job through server-sent events: progress with the job at the start and after each
     * change, at most twice a second; end with the job once it is finished, which ends the stream.
     * The stream ends without that event when the service stops. A comment every 15 seconds keeps
     * the connection alive. The stream counts as a running request while it lasts.
     *
     * @param id the id of the job
     */
    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description = "events, the data of each is a job",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = JobAnswer.class)))
    void events(
            @PathVariable UUID id, Caller caller, HttpMethod method, HttpServletResponse response)
            throws IOException {
        Job job = jobs.require(caller, id);
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE + ";charset=UTF-8");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        // Buffering proxies would hold back the events.
        response.setHeader("X-Accel-Buffering", "no");
        if (method.equals(HttpMethod.HEAD)) {
            return;
        }
        events.stream(job, response.getOutputStream());
    }
}
