package dev.tributary.job;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Tells the workers of this process that there may be something to do. Safe for many threads. */
@Component
class JobSignal {
    private final Semaphore signals = new Semaphore(0);

    void wake() {
        // One signal is enough, and keeps their number small.
        if (signals.availablePermits() == 0) {
            signals.release();
        }
    }

    /** Returns after a signal, including one since the last call, or after the timeout. */
    void await(Duration max) throws InterruptedException {
        if (signals.tryAcquire(max.toMillis(), TimeUnit.MILLISECONDS)) {
            signals.drainPermits();
        }
    }
}
