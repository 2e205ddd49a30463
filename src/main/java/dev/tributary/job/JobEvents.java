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
 * Lets clients follow jobs, as server-sent events. One thread reads the jobs of all of them from
 * the table, whichever instance runs them, and does so only while there are any. Safe for use by
 * many threads.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">the format</a>
 */
final class JobEvents extends BackgroundTask {
    /** Until a client arrives. */
    private static final Duration IDLE = Duration.ofHours(1);

    private final Jobs jobs;
    private final JsonMapper json;
    private final int listenersMax;
    private final Pacing pacing;
    private final Semaphore seats;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

    /**
     * How often something is sent.
     *
     * @param interval least time between two events of a client
     * @param heartbeat after which a client is sent a comment if there was no event
     */
    record Pacing(Duration interval, Duration heartbeat) {
        static final Pacing USUAL = new Pacing(Duration.ofMillis(500), Duration.ofSeconds(15));
    }

    /** What a client is to hear next: the job, or null for the end of the stream. */
    private record Update(@Nullable Job job) {}

    /** One client. It holds the latest update only: what a slow one misses is out of date. */
    private static final class Listener {
        private final BlockingQueue<Update> latest = new ArrayBlockingQueue<>(1);
        private Job seen;

        Listener(Job seen) {
            this.seen = seen;
        }

        UUID id() {
            return seen.id();
        }

        /** To be called by one thread. */
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
     * Writes what happens to a job, and returns when it is finished, deleted, or the service stops.
     *
     * @param job as the client is to see it first
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

    /** Waits for an update, and shows meanwhile that the connection is alive. */
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

    /** How many clients there are. */
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
        // Each listener has what it came with.
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
