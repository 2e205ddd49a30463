package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Detects files that are not PDFs, such as a login page that was saved as one. */
final class PdfSignature {
    /** Viewers look for the signature within this many bytes. */
    private static final int BYTES_MAX = 1_024;

    private static final String SIGNATURE = "%PDF-";

    private static final Pattern HTML =
            Pattern.compile(
                    "(?is)(?:<\\?xml[^>]*>|(?><!--.*?-->)|\\s|\u00ef\u00bb\u00bf)*+"
                            + "<(?:!doctype\\s+html|html|head|body|title|meta|script|div|p|h1)\\b.*");

    private static final Pattern TEXT = Pattern.compile("[\\t\\n\\f\\r\\x20-\\xff]*");

    private PdfSignature() {}

    /**
     * Refuses a file without the signature of a PDF.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code document_unreadable}; the message
     *     says what the file is
     */
    static void require(byte[] bytes) {
        if (bytes.length == 0) {
            throw refused("is empty, must be a PDF", "check the file, and send it again");
        }
        int length = Math.min(bytes.length, BYTES_MAX);
        String begin = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        if (begin.contains(SIGNATURE)) {
            return;
        }
        if (HTML.matcher(begin).matches()) {
            throw refused(
                    "is an HTML page, not a PDF",
                    "the server may have answered with a login page: download the file again, or send the page as text/html");
        }
        if (begin.isBlank()) {
            throw refused(
                    "starts with blanks only, must be a PDF", "check the file, and send it again");
        }
        if (TEXT.matcher(begin).matches()) {
            throw refused(
                    "is text, not a PDF: it has no %s".formatted(SIGNATURE),
                    "send it as text/plain, or check where the file comes from");
        }
        throw refused(
                "is not a PDF: it has no %s within its first %,d bytes"
                        .formatted(SIGNATURE, BYTES_MAX),
                "open it in a viewer and save it again");
    }

    private static ServiceException refused(String reason, String hint) {
        return ServiceException.impossible("document_unreadable", "content", reason).withHint(hint);
    }
}
