import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Where a service answers by plain HTTP. Safe for use by many threads.
 *
 * @param host name or address
 * @param port of it
 * @param path what goes before every path; empty, or with a slash at its start alone
 */
record Endpoint(String host, int port, String path) {
    private static final int HTTP_PORT = 80;

    /** An answer that is not 2xx. The message is the call, and why it was refused. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refused(String call, HttpConnection.Answer answer) {
            super("%s: %d %s".formatted(call, answer.status(), answer.problem()));
            status = answer.status();
        }

        int status() {
            return status;
        }
    }

    static Endpoint loopback(int port) {
        return new Endpoint("127.0.0.1", port, "");
    }

    /**
     * Reads an address such as {@code http://127.0.0.1:8080}.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Endpoint parse(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("URL is %s, which is no URL".formatted(url), e);
        }
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "URL is %s, must be like http://127.0.0.1:8080".formatted(url));
        }
        int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
        return new Endpoint(uri.getHost(), port, uri.getRawPath().replaceFirst("/+$", ""));
    }

    HttpConnection connect() throws IOException {
        return new HttpConnection(host, port);
    }

    /** Everything that goes over the wire for a request, so that it can be made ahead of time. */
    byte[] request(String method, String target, byte[] body) {
        String head =
                """
                %s %s%s HTTP/1.1\r
                Host: %s:%d\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """
                        .formatted(method, path, target, host, port, body.length);
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        var whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    byte[] request(String method, String target, String body) {
        return request(method, target, body.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Calls it once, on a connection of its own.
     *
     * @throws Refused unless it answers 2xx
     * @throws UncheckedIOException if nothing answers
     */
    String call(String method, String target, String body) {
        try (var connection = connect()) {
            var answer = connection.send(request(method, target, body));
            if (!answer.isOk()) {
                throw new Refused(method + " " + target, answer);
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(this + ": " + e.getMessage(), e);
        }
    }

    /** As it would be typed. */
    @Override
    public String toString() {
        return "http://%s:%d%s".formatted(host, port, path);
    }
}
