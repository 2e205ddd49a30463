package dev.tributary.background;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A task that is done in rounds, in a thread of its own, from the start of the service to its end.
 * A round that fails is logged, once for as long as they go on failing, and the next one comes all
 * the same.
 */
public abstract class BackgroundTask implements SmartLifecycle {
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final FailureLog failureLog;
    private final Duration retryAfter;
    private final Thread.Builder threads;
    private final Semaphore wakeUps = new Semaphore(0);
    private volatile @Nullable Thread thread;

    /**
     * A task in a virtual thread.
     *
     * @param name what it looks after, for the thread and for messages, such as {@code indexes}
     * @param retryAfter when the next round is due if one failed
     */
    protected BackgroundTask(String name, Duration retryAfter) {
        this(name, retryAfter, Thread.ofVirtual());
    }

    /** As above, in a thread of another kind. */
    protected BackgroundTask(String name, Duration retryAfter, Thread.Builder threads) {
        this.retryAfter = retryAfter;
        this.threads = threads.name(name);
        failureLog =
                new FailureLog(
                        LoggerFactory.getLogger(getClass()), "background task '" + name + "'");
    }

    /**
     * Does what is to be done now. To be interrupted at the end of the service.
     *
     * @return when the next round is due, unless {@link #wake()} is called before
     */
    protected abstract Duration round() throws InterruptedException;

    /** Says that there is something to do now. */
    public final void wake() {
        wakeUps.release();
    }

    @Override
    public void start() {
        Thread next = threads.unstarted(this::run);
        // Known before it runs: it goes on only as long as it is the one.
        thread = next;
        next.start();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Breaks off the round that is under way, and waits for its end. */
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
