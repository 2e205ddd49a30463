package dev.tributary.cli;

import dev.tributary.cli.exit.CommandException;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which service a command calls. */
final class ServiceOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Service URL; default ${DEFAULT-VALUE}.")
    private URI url;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Namespace of the collection; default ${DEFAULT-VALUE}.")
    private String namespace;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:TRIBUTARY_API_KEY}",
            description =
                    "API key, sent as a bearer token. Prefer the environment variable"
                            + " TRIBUTARY_API_KEY: other users can see arguments.")
    private @Nullable String apiKey;

    ServiceClient connect() {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
            throw CommandException.wrong(
                    "--url is " + url + ", must be like http://127.0.0.1:8080");
        }
        return new ServiceClient(url, namespace, apiKey);
    }
}
