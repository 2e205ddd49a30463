package dev.tributary.inference;

import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for the settings of a model, wherever it runs, and how messages name a model. */
public final class ModelRules {
    private static final int SHOWN_MAX = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private ModelRules() {}

    /**
     * Refuses a name that is not made of letters, digits, dots, dashes and underscores, at most 64.
     *
     * @param key key of the model's settings, such as {@code tributary.embedding.models.bge}
     * @throws IllegalArgumentException naming the key
     */
    public static void checkName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(key + " has a name that does not match " + NAME);
        }
    }

    /**
     * Refuses a URL that is not one of a server or that contains a password, and an API key that a
     * header cannot carry. The message does not repeat the key.
     *
     * @param like what a URL may look like, for the message
     * @throws IllegalArgumentException naming the key
     */
    public static void checkServer(
            String key, @Nullable URI url, @Nullable String apiKey, String like) {
        if (url != null && url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    key + ".url has a user or password in it, use api-key instead");
        }
        if (url != null && !isOfServer(url)) {
            throw new IllegalArgumentException(
                    "%s.url is %s, must be like %s".formatted(key, url, like));
        }
        if (apiKey != null && !apiKey.matches("[!-~]+")) {
            throw new IllegalArgumentException(
                    key + ".api-key must be of visible ASCII characters");
        }
    }

    private static boolean isOfServer(URI url) {
        boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        return isHttp && url.getHost() != null && url.getRawFragment() == null;
    }

    /** A name from a request, as messages show it. */
    public static String quoted(String name) {
        int shown = Math.min(name.length(), SHOWN_MAX);
        return '"' + name.substring(0, shown) + (shown < name.length() ? "…" : "") + '"';
    }
}
