package dev.tributary.document.extract;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ignores titles of PDFs that a program filled in. */
final class PdfTitle {
    /** What programs write if there is no title, and file names. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile(
                    "(?i)[(\\[]?(?:untitled|unbenannt|ohne titel|no title|sans titre|sin título"
                            + "|无标题|無題|anonymous|unspecified|unknown|none|null|title|new)[)\\]]?"
                            + "(?:[ _-]*(?:document|dokument|presentation))?[ _-]*\\d*"
                            + "|(?:document|dokument|documento|presentation|präsentation|book|mappe"
                            + "|slide|folie|page|layout|template|report)[ _-]*\\d*"
                            + "|powerpoint[ -](?:presentation|präsentation)"
                            + "|microsoft (?:word|excel|powerpoint|office word) - .*"
                            + "|(?:file|https?)://\\S*|about:blank|[a-z]:\\\\.*"
                            + "|.*\\.(?:docx?|docm|odt|rtf|pdf|pptx?|odp|xlsx?|ods|indd|qxp|qxd|tex"
                            + "|dvi|ps|eps|ai|html?|txt|tmp|jpe?g|png|tiff?)");

    private PdfTitle() {}

    /** Returns the stripped title; null if there is none, or only a placeholder. */
    static @Nullable String of(@Nullable String title) {
        if (title == null) {
            return null;
        }
        String bare = title.strip();
        return bare.isEmpty() || PLACEHOLDER.matcher(bare).matches() ? null : bare;
    }
}
