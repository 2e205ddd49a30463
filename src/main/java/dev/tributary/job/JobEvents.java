package dev.tributary.job;

import dev.tributary.background.BackgroundTask;
import dev.tributary.failure.ServiceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets clients follow jobs through server-sent events. One thread reads all followed jobs from the
 * table, whichever instance runs them, and only while there are clients. Safe for use by many
 * threads.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">the format</a>
 */
final class JobEvents extends BackgroundTask {
    /** The wait until a client arrives. */
    private static final Duration IDLE = Duration.ofHours(1);

    private final Jobs jobs;
    private final JsonMapper json;
    private final int listenersMax;
    private final Pacing pacing;
    private final Semaphore seats;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

    /**
     * How often events and comments are sent.
     *
     * @param interval minimum time between two events of a client
     * @param heartbeat time without an event after which a client is sent a comment
     */
    record Pacing(Duration interval, Duration heartbeat) {
        static final Pacing USUAL = new Pacing(Duration.ofMillis(500), Duration.ofSeconds(15));
    }

    /** What a client is sent next: the job, or null for the end of the stream. */
    private record Update(@Nullable Job job) {}

    /** One client. It holds only the latest update: what a slow client misses is out of date. */
    private static final class Listener {
        private final BlockingQueue<Update> latest = new ArrayBlockingQueue<>(1);
        private Job seen;

        Listener(Job seen) {
            this.seen = seen;
        }

        UUID id() {
            return seen.id();
        }

        /** Called by one thread only. */
        void look(@Nullable Job job) {
            if (job == null) {
                offer(new Update(null));
            } else if (!job.isAsIn(seen)) {
                seen = job;
                offer(new Update(job));
            }
        }

        synchronized void offer(Update update) {
            latest.clear();
            latest.add(update);
        }
    }

    JobEvents(Jobs jobs, JsonMapper json, int listenersMax, Pacing pacing) {
        super("followed jobs", pacing.interval());
        this.jobs = jobs;
        this.json = json;
        this.listenersMax = listenersMax;
        this.pacing = pacing;
        seats = new Semaphore(listenersMax);
    }

    /**
     * Writes the changes of a job. Returns when the job is finished or deleted, or the service
     * stops.
     *
     * @param job the job as the client first sees it
     * @throws ServiceException {@code UNAVAILABLE} if there are too many clients, before anything
     *     is written
     * @throws IOException if the client has gone
     */
    void stream(Job job, OutputStream out) throws IOException {
        if (!seats.tryAcquire()) {
            throw ServiceException.unavailable(
                            "too_many_listeners",
                            "%,d clients follow jobs, the most allowed".formatted(listenersMax))
                    .withHint("poll GET /jobs/{id}, or send the request again later");
        }
        var listener = new Listener(job);
        listeners.add(listener);
        wake();
        try {
            follow(listener, job, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            listeners.remove(listener);
            seats.release();
        }
    }

    private void follow(Listener listener, Job first, OutputStream out)
            throws IOException, InterruptedException {
        Job job = first;
        while (!job.status().isFinished()) {
            send(out, "progress", job);
            Thread.sleep(pacing.interval());
            Update update = next(listener, out);
            if (update.job() == null) {
                return;
            }
            job = update.job();
        }
        send(out, "end", job);
    }

    /** Waits for an update, and keeps the connection alive meanwhile. */
    private Update next(Listener listener, OutputStream out)
            throws IOException, InterruptedException {
        while (isRunning()) {
            Update update =
                    listener.latest.poll(pacing.heartbeat().toMillis(), TimeUnit.MILLISECONDS);
            if (update != null) {
                return update;
            }
            write(out, ":\n\n");
        }
        return new Update(null);
    }

    private void send(OutputStream out, String event, Job job) throws IOException {
        String data = json.writeValueAsString(JobAnswer.overview(job));
        write(out, "event: " + event + "\ndata: " + data + "\n\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** The number of clients. */
    int listeners() {
        return listeners.size();
    }

    /** Ends the streams, before the web server waits for them. */
    @Override
    public void stop() {
        super.stop();
        listeners.forEach(listener -> listener.offer(new Update(null)));
    }

    @Override
    protected Duration round() throws InterruptedException {
        if (listeners.isEmpty()) {
            return IDLE;
        }
        // Each new listener has just been sent the job.
        Thread.sleep(pacing.interval());
        poll();
        return Duration.ZERO;
    }

    private void poll() {
        List<Listener> present = List.copyOf(listeners);
        if (present.isEmpty()) {
            return;
        }
        Set<UUID> ids = present.stream().map(Listener::id).collect(Collectors.toSet());
        Map<UUID, Job> found =
                jobs.byIds(ids).stream().collect(Collectors.toMap(Job::id, Function.identity()));
        present.forEach(listener -> listener.look(found.get(listener.id())));
    }
}
