package dev.tributary.job;

/**
 * Ends a run from outside: it is no failure, and whoever runs the job deals with it. Work lets it
 * pass.
 */
public final class JobStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a run is to end. */
    public enum Reason {
        /** Somebody cancelled the job. */
        CANCELLED,
        /** The lease ended before it was renewed: another worker may have the job by now. */
        LEASE_LOST,
        /** The service stops; the job goes on elsewhere, or after the next start. */
        SHUTDOWN
    }

    private final Reason reason;

    JobStopped(Reason reason) {
        super("the job was stopped: " + reason);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
