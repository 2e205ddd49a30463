import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One kept-alive HTTP/1.1 connection, for one thread. The JDK's own client takes several times the
 * CPU time for a request, and here that is taken from the service that is being measured.
 */
final class HttpConnection implements AutoCloseable {
    private static final int TIMEOUT_MS = 600_000;

    private final Socket socket;
    private final InputStream in;

    /** An answer. Its body is text. */
    record Answer(int status, String body) {
        private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"");

        boolean isOk() {
            return status / 100 == 2;
        }

        /** Of the chunks in it, in their order. */
        Set<String> ids() {
            return ID.matcher(body)
                    .results()
                    .map(id -> id.group(1))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }

        /** The code and the detail of a problem, or the whole body of another answer. */
        String problem() {
            try {
                return Json.read(body) instanceof Map<?, ?> problem && problem.containsKey("code")
                        ? "%s: %s".formatted(problem.get("code"), details(problem))
                        : body;
            } catch (IllegalArgumentException e) {
                return body;
            }
        }

        private static String details(Map<?, ?> problem) {
            var details = new StringJoiner("; ").add(String.valueOf(problem.get("detail")));
            if (problem.get("errors") instanceof List<?> errors) {
                for (Object error : errors) {
                    var field = (Map<?, ?>) error;
                    details.add("%s %s".formatted(field.get("field"), field.get("message")));
                }
            }
            if (problem.get("hint") instanceof String hint) {
                details.add(hint);
            }
            return details.toString();
        }
    }

    HttpConnection(String host, int port) throws IOException {
        socket = new Socket(host, port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream(), 65_536);
    }

    /** Sends a request and reads its answer whole. */
    Answer send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        String status = line();
        int length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.endsWith("chunked");
            }
        }
        byte[] body = chunked ? chunks() : bytes(length);
        return new Answer(
                Integer.parseInt(status.substring(9, 12)),
                new String(body, StandardCharsets.UTF_8));
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        int length;
        do {
            length = Integer.parseInt(line(), 16);
            body.write(bytes(length));
            line();
        } while (length > 0);
        return body.toByteArray();
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw closed();
        }
        return bytes;
    }

    private IOException closed() {
        return new IOException(
                "the service at %s closed the connection"
                        .formatted(socket.getRemoteSocketAddress()));
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw closed();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
