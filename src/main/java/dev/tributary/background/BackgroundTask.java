package dev.tributary.background;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A task that runs in rounds, in a separate thread, from the start of the service to its end.
 * Failures of rounds are logged once until a round succeeds, and the next round runs all the same.
 */
public abstract class BackgroundTask implements SmartLifecycle {
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final FailureLog failureLog;
    private final Duration retryAfter;
    private final Thread.Builder threads;
    private final Semaphore wakeUps = new Semaphore(0);
    private volatile @Nullable Thread thread;

    /**
     * Creates a task in a virtual thread.
     *
     * @param name what the task maintains, for the thread and for messages, such as {@code indexes}
     * @param retryAfter time until the next round after a failed one
     */
    protected BackgroundTask(String name, Duration retryAfter) {
        this(name, retryAfter, Thread.ofVirtual());
    }

    /** Like the above, in another kind of thread. */
    protected BackgroundTask(String name, Duration retryAfter, Thread.Builder threads) {
        this.retryAfter = retryAfter;
        this.threads = threads.name(name);
        failureLog =
                new FailureLog(
                        LoggerFactory.getLogger(getClass()), "background task '" + name + "'");
    }

    /**
     * Does the work that is due now. Interrupted when the service stops.
     *
     * @return time until the next round, unless {@link #wake()} is called before
     */
    protected abstract Duration round() throws InterruptedException;

    /** Starts the next round now. */
    public final void wake() {
        wakeUps.release();
    }

    @Override
    public void start() {
        Thread next = threads.unstarted(this::run);
        // Set before it starts: a thread continues only while it is the current one.
        thread = next;
        next.start();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Interrupts the current round, and waits for its end. */
    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(STOP_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (Thread.currentThread().equals(thread)) {
                Duration wait = tryRound();
                if (wakeUps.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    wakeUps.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration tryRound() throws InterruptedException {
        try {
            Duration wait = round();
            failureLog.succeeded();
            return wait;
        } catch (RuntimeException e) {
            failureLog.failed(e);
            return retryAfter;
        }
    }
}
