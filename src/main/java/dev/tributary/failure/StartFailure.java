package dev.tributary.failure;

import org.jspecify.annotations.Nullable;

/** The service must not start with its configuration. Whoever starts it is shown two sentences. */
public abstract class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * @param message what is wrong
     * @param action what to do about it
     */
    protected StartFailure(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** What to do about it. */
    public final String action() {
        return action;
    }
}
