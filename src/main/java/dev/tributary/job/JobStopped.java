package dev.tributary.job;

/**
 * Ends a run from outside. It is not a failure, and the job's runner handles it. Work lets it
 * propagate.
 */
public final class JobStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a run must end. */
    public enum Reason {
        /** A caller cancelled the job. */
        CANCELLED,
        /** The lease expired before it was renewed; another worker may have the job now. */
        LEASE_LOST,
        /** The service is stopping; the job continues elsewhere, or after the next start. */
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
