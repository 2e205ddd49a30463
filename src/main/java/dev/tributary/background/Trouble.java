package dev.tributary.background;

import dev.tributary.failure.ServiceException;
import org.slf4j.Logger;

/**
 * Something that goes on failing for as long as the database is away: it is logged once. Safe for
 * use by many threads.
 */
public final class Trouble {
    private final Logger log;
    private final String what;
    private volatile boolean isThere;

    /**
     * None yet.
     *
     * @param what could not be done, for the log
     */
    public Trouble(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    /** Says that it failed. */
    public void met(RuntimeException e) {
        if (!(e instanceof ServiceException)) {
            log.error(what, e);
        } else if (isThere) {
            log.debug("{}: {}", what, e.getMessage());
        } else {
            log.warn("{}: {}; it is tried again and again", what, e.getMessage());
        }
        isThere = true;
    }

    /** Says that it went well. */
    public void overcome() {
        if (isThere) {
            log.info("{}: no longer", what);
        }
        isThere = false;
    }
}
