package dev.tributary.cli.exit;

/** The exit codes of a command, for scripts. */
public enum Exit {
    /** Everything was done. */
    DONE(0),
    /** Some lines could not be stored, or the sums differ. */
    INCOMPLETE(1),
    /** The command line or the file is wrong. */
    WRONG(2),
    /** The service cannot be reached, or refuses. */
    REFUSED(3);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
