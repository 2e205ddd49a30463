package dev.tributary.background;

import dev.tributary.failure.ServiceException;
import org.slf4j.Logger;

/**
 * Logs a repeating failure once, and its end. An expected failure ({@link ServiceException}) is
 * logged as a warning the first time and at debug level after that; any other is always logged as
 * an error with its stack trace. Safe for use by many threads.
 */
public final class FailureLog {
    private final Logger log;
    private final String what;
    private volatile boolean isFailing;

    /**
     * Starts without a failure.
     *
     * @param what message that says what failed, such as {@code indexes cannot be looked after}
     */
    public FailureLog(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    /** Records a failed attempt. */
    public void failed(RuntimeException e) {
        if (!(e instanceof ServiceException)) {
            log.error(what, e);
        } else if (isFailing) {
            log.debug("{}: {}", what, e.getMessage());
        } else {
            log.warn("{}: {}; retrying", what, e.getMessage());
        }
        isFailing = true;
    }

    /** Records a successful attempt. */
    public void succeeded() {
        if (isFailing) {
            log.info("{}: recovered", what);
        }
        isFailing = false;
    }
}
