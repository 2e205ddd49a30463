package dev.tributary.cli.exit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Why a command ends early; the message is for humans. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exit exit;
    private final @Nullable String hint;
    private final @Nullable Duration retryAfter;

    private CommandException(
            Exit exit, String message, @Nullable String hint, @Nullable Duration retryAfter) {
        super(message);
        this.exit = exit;
        this.hint = hint;
        this.retryAfter = retryAfter;
    }

    /** The command line or the file is wrong. */
    public static CommandException wrong(String message) {
        return new CommandException(Exit.WRONG, message, null, null);
    }

    /** The file cannot be read or written. */
    public static CommandException of(IOException failure) {
        return wrong(
                switch (failure) {
                    case NoSuchFileException file -> file.getFile() + " does not exist";
                    case AccessDeniedException file -> file.getFile() + ": permission denied";
                    case FileSystemException file -> file.getFile() + ": " + file.getReason();
                    case EOFException _ -> "the file ends in the middle of its gzip data";
                    case ZipException zip -> "the file is not valid gzip: " + zip.getMessage();
                    case CharacterCodingException _ -> "the file is not UTF-8 text";
                    default -> "the file cannot be read or written: " + failure.getMessage();
                });
    }

    /** The service refused the call, and would refuse it again. */
    public static CommandException refused(String message) {
        return new CommandException(Exit.REFUSED, message, null, null);
    }

    /**
     * The service is unavailable or busy; the same call may succeed later.
     *
     * @param retryAfter how long the service asks to wait; zero if it does not say
     */
    public static CommandException passing(String message, Duration retryAfter) {
        return new CommandException(Exit.REFUSED, message, null, retryAfter);
    }

    /** The same failure with a sentence that says what to do about it. */
    public CommandException withHint(@Nullable String sentence) {
        return new CommandException(exit, String.valueOf(getMessage()), sentence, retryAfter);
    }

    public Exit exit() {
        return exit;
    }

    /** How long to wait before the call is repeated; null if repeating it cannot help. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The message and the hint. */
    public String told() {
        return hint == null ? String.valueOf(getMessage()) : getMessage() + "\n  -> " + hint;
    }
}
