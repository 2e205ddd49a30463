import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/*
 * Puts the text files below a folder into the collection 'demo', one document each, and asks it questions in three
 * ways. Run by scripts/demo as a source file: needs a JDK 25 and nothing else.
 */

static final String COLLECTION = "demo";
static final int FILE_BYTES_MAX = 1_048_576;
static final int SOURCE_ID_LENGTH_MAX = 512;
static final int UPLOADS_AT_ONCE = 4;
static final int ATTEMPTS_MAX = 10;
static final int SKIPPED_SHOWN_MAX = 20;
static final int PASSAGES = 3;
static final int WIDTH = 100;
static final Set<String> ENDINGS =
        Set.of("md", "markdown", "txt", "text", "rst", "adoc", "asciidoc", "org", "tex");
static final Set<String> NOT_WALKED = Set.of("node_modules", "target");
static final List<String> OWN_QUESTIONS =
        List.of(
                "How do I use a database that I already run?",
                "What happens when a filter keeps only a few rows?",
                "tsvector trigger instead of a generated column");

final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
final boolean isTerminal = System.console() != null && System.console().isTerminal();
String url = "";

/** A file to be put, by its path relative to the folder. */
record Source(String id, Path path, long bytes) {}

/** What the walk found: files to put, and why others were left out. */
record Found(Map<String, Source> sources, List<String> skipped) {}

/** An answer of the service. */
record Answer(int status, Object body) {}

/** Arguments: URL of the service, project folder, folder to read (or empty), "stops" if the service ends with this. */
void main(String[] args) throws Exception {
    url = args[0];
    Path project = Path.of(args[1]);
    boolean isOwn = args[2].isEmpty();
    Path folder = isOwn ? project : Path.of(args[2]);
    List<Path> starts =
            isOwn
                    ? List.of(project.resolve("README.md"), project.resolve("docs"))
                    : List.of(folder);
    try {
        Path base = Files.isDirectory(folder) ? folder : folder.toAbsolutePath().getParent();
        Found found = find(base, starts);
        printSkipped(found.skipped());
        if (found.sources().isEmpty()) {
            fail("no text file in " + folder + ": looked for " + endings());
        }
        createCollection();
        load(found.sources());
        List<String> questions = questions(found.sources(), isOwn);
        for (String question : questions) {
            ask(question);
        }
        printEnd(args.length > 3 && args[3].equals("stops"), questions.getFirst());
    } catch (Stop e) {
        System.err.println("demo: " + e.getMessage());
        System.exit(1);
    } catch (ConnectException e) {
        System.err.println("demo: nothing answers at " + url + ": start the service with 'make run'");
        System.exit(1);
    }
}

/** Ends the demo with one line that says why. */
static final class Stop extends RuntimeException {
    Stop(String message) {
        super(message);
    }
}

static void fail(String message) {
    throw new Stop(message);
}

// --- files ---------------------------------------------------------------------------------------------------------

Found find(Path base, List<Path> starts) throws IOException {
    var sources = new TreeMap<String, Source>();
    var skipped = new ArrayList<String>();
    for (Path start : starts) {
        if (!Files.exists(start)) {
            continue;
        }
        Files.walkFileTree(
                start,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                        String name = String.valueOf(dir.getFileName());
                        boolean isLeftOut = name.startsWith(".") || NOT_WALKED.contains(name);
                        return isLeftOut && !dir.equals(start)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (isText(file)) {
                            take(base, file, sources, skipped);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        skipped.add(shown(base.relativize(file).toString()) + ": can't be read");
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
    return new Found(sources, skipped);
}

static boolean isText(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
}

static String endings() {
    return ENDINGS.stream().sorted().map(ending -> "*." + ending).collect(Collectors.joining(" "));
}

static void take(Path base, Path file, Map<String, Source> sources, List<String> skipped)
        throws IOException {
    String id = base.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    String reason = null;
    long bytes = 0;
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        reason = "can't be read";
    } else if ((bytes = Files.size(file)) > FILE_BYTES_MAX) {
        reason = "has %.1f MB, a document has 1 MB at most".formatted(bytes / 1_048_576.0);
    } else if (id.length() > SOURCE_ID_LENGTH_MAX) {
        reason = "has a path of more than " + SOURCE_ID_LENGTH_MAX + " characters";
    } else {
        String text = read(file);
        reason =
                text == null
                        ? "is not UTF-8"
                        : text.indexOf('\0') >= 0
                                ? "has U+0000 in it, so it is no text"
                                : text.isBlank() ? "is empty" : null;
    }
    if (reason == null) {
        sources.put(id, new Source(id, file, bytes));
    } else {
        skipped.add(shown(id) + ": " + reason);
    }
}

/** Null if it is not UTF-8. */
static String read(Path file) throws IOException {
    try {
        String text =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                        .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
        return null;
    }
}

static void printSkipped(List<String> skipped) {
    skipped.stream().limit(SKIPPED_SHOWN_MAX).forEach(line -> IO.println("skipped " + line));
    if (skipped.size() > SKIPPED_SHOWN_MAX) {
        IO.println("skipped " + (skipped.size() - SKIPPED_SHOWN_MAX) + " more");
    }
}

// --- loading -------------------------------------------------------------------------------------------------------

/** The metadata keeps this from touching a collection of the same name that somebody else made. */
void createCollection() throws Exception {
    Answer answer =
            send(
                    "PUT",
                    "/collections/" + COLLECTION,
                    Map.of("model", "all-minilm-l6-v2", "metadata", Map.of("made_by", "make demo")));
    if (answer.status() == 409) {
        fail("there is a collection 'demo' that is not the demo's: delete it, or use another database");
    }
    require(answer);
}

/** Puts every file, and deletes the documents whose file is gone. */
void load(Map<String, Source> sources) throws Exception {
    var progress = new Progress(sources.size());
    long embedded = 0;
    long chunks = 0;
    try (var workers = Executors.newFixedThreadPool(UPLOADS_AT_ONCE)) {
        try {
            List<Future<Map<?, ?>>> puts = new ArrayList<>();
            for (Source source : sources.values()) {
                puts.add(workers.submit(() -> put(source, progress)));
            }
            for (Future<Map<?, ?>> put : puts) {
                Map<?, ?> counts = put.get();
                chunks += number(counts, "chunks");
                embedded += number(counts, "embedded");
            }
        } catch (ExecutionException e) {
            workers.shutdownNow();
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
    int gone = deleteGone(sources.keySet());
    progress.end(
            "%s in %s: %,d embedded, %,d unchanged%s"
                    .formatted(
                            count(chunks, "chunk"),
                            count(sources.size(), "file"),
                            embedded,
                            chunks - embedded,
                            gone == 0 ? "" : "; " + count(gone, "file") + " gone, deleted"));
}

Map<?, ?> put(Source source, Progress progress) throws Exception {
    String text = read(source.path());
    Answer answer =
            text == null
                    ? new Answer(400, Map.of("detail", "the file has changed"))
                    : send("PUT", document(source.id()), Map.of("content", text));
    if (answer.status() == 400 || answer.status() == 422) {
        progress.note("skipped " + shown(source.id()) + ": " + detail(answer));
        progress.add(0);
        return Map.of();
    }
    Map<?, ?> counts = require(answer);
    progress.add(number(counts, "chunks"));
    return counts;
}

int deleteGone(Set<String> ids) throws Exception {
    var gone = new HashSet<String>();
    Object cursor = null;
    do {
        var body = new LinkedHashMap<String, Object>(Map.of("limit", 1000, "include", List.of()));
        if (cursor != null) {
            body.put("cursor", cursor);
        }
        Map<?, ?> page = require(send("POST", "/collections/" + COLLECTION + "/chunks/scroll", body));
        for (Object chunk : (List<?>) page.get("chunks")) {
            String id = String.valueOf(((Map<?, ?>) chunk).get("source_id"));
            if (!ids.contains(id)) {
                gone.add(id);
            }
        }
        cursor = page.get("next_cursor");
    } while (cursor != null);
    for (String id : gone) {
        require(send("DELETE", document(id), null));
    }
    return gone.size();
}

static String document(String sourceId) {
    String encoded = URLEncoder.encode(sourceId, StandardCharsets.UTF_8).replace("+", "%20");
    return "/collections/" + COLLECTION + "/documents/" + encoded;
}

/** How far the loading is: one line that is rewritten on a terminal, one every few seconds elsewhere. */
final class Progress {
    private final int total;
    private final long start = System.nanoTime();
    private int done;
    private long chunks;
    private double printedAt;

    Progress(int total) {
        this.total = total;
    }

    synchronized void add(long more) {
        done++;
        chunks += more;
        double seconds = seconds();
        if (seconds - printedAt < (isTerminal ? 0.2 : 5)) {
            return;
        }
        printedAt = seconds;
        long left = Math.round(seconds / done * (total - done));
        String line =
                "%,d of %,d files, %,d chunks, %,.0f chunks/s, %s left"
                        .formatted(done, total, chunks, chunks / seconds, time(left));
        IO.print(isTerminal ? "\r" + line + "\u001b[K" : line + "\n");
    }

    synchronized void note(String line) {
        IO.println((isTerminal ? "\r\u001b[K" : "") + line);
    }

    synchronized void end(String line) {
        note("%s (%.1f s)".formatted(line, seconds()));
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private static String time(long seconds) {
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}

// --- questions -----------------------------------------------------------------------------------------------------

List<String> questions(Map<String, Source> sources, boolean isOwn) throws IOException {
    String own = System.getenv("QUESTION");
    if (own != null && !own.isBlank()) {
        return List.of(own.strip());
    }
    return isOwn ? OWN_QUESTIONS : headings(sources);
}

/** Three headings of different files, spread over the folder; else lines that look like one. */
static List<String> headings(Map<String, Source> sources) throws IOException {
    List<Source> files = List.copyOf(sources.values());
    Set<String> chosen = new LinkedHashSet<>();
    int step = Math.max(1, files.size() / 3);
    for (int shift = 0; shift < step && chosen.size() < 3; shift++) {
        for (int i = shift; i < files.size() && chosen.size() < 3; i += step) {
            heading(read(files.get(i).path()), chosen).ifPresent(chosen::add);
        }
    }
    return chosen.isEmpty()
            ? List.of(files.getFirst().id().replaceAll("[^\\p{L}\\p{N}]+", " ").strip())
            : List.copyOf(chosen);
}

static final Pattern WORD = Pattern.compile("\\p{L}{2,}");

static Optional<String> heading(String text, Set<String> taken) {
    if (text == null) {
        return Optional.empty();
    }
    List<String> lines =
            text.lines()
                    .map(String::strip)
                    .filter(line -> line.length() <= 200)
                    .map(line -> plain(line))
                    .toList();
    List<String> marked =
            text.lines().filter(line -> line.startsWith("#")).map(line -> plain(line)).toList();
    for (List<String> candidates : List.of(marked, lines)) {
        for (String candidate : candidates) {
            long words = WORD.matcher(candidate).results().count();
            if (words >= 3 && words <= 12 && !taken.contains(candidate)) {
                return Optional.of(candidate);
            }
        }
    }
    return Optional.empty();
}

static String plain(String line) {
    return shown(line.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replaceAll("^[#=*\\s>-]+|[`*_#]+", ""))
            .strip();
}

void ask(String question) throws Exception {
    IO.println("\n" + "=".repeat(WIDTH));
    IO.println(cut(question, WIDTH));
    IO.println("=".repeat(WIDTH));
    var vector = request(question);
    print("by meaning", "POST /search", send("POST", "/search", vector), question);
    var text = request(question);
    text.put("fusion", Map.of("weights", Map.of("vector", 0)));
    print(
            "by words",
            "POST /search/hybrid, vector weight 0",
            send("POST", "/search/hybrid", text),
            question);
    print(
            "by both",
            "POST /search/hybrid",
            send("POST", "/search/hybrid", request(question)),
            question);
}

static Map<String, Object> request(String question) {
    var body = new LinkedHashMap<String, Object>();
    body.put("collection", COLLECTION);
    body.put("query", question);
    body.put("top_k", PASSAGES);
    return body;
}

void print(String way, String call, Answer answer, String question) {
    Map<?, ?> body = require(answer);
    String head = "%s (%s)".formatted(way, call);
    String time = "%.1f ms".formatted(((Number) body.get("took_ms")).doubleValue());
    IO.println("\n" + head + " ".repeat(WIDTH - head.length() - time.length()) + time);
    List<?> results = (List<?>) body.get("results");
    if (results.isEmpty()) {
        IO.println("  nothing found");
    }
    for (Object warning : (List<?>) body.get("warnings")) {
        IO.println("  " + warning);
    }
    for (int i = 0; i < results.size(); i++) {
        print(i + 1, (Map<?, ?>) results.get(i), question);
    }
}

static void print(int rank, Map<?, ?> hit, String question) {
    String place =
            "%s, passage %d%s"
                    .formatted(
                            shown(String.valueOf(hit.get("source_id"))),
                            number(hit, "chunk_index") + 1,
                            legs(hit));
    double score = ((Number) hit.get("score")).doubleValue();
    IO.println("  %d  %.4f  %s".formatted(rank, score, cut(place, WIDTH - 13)));
    String passage = excerpt(String.valueOf(hit.get("content")), question, 2 * (WIDTH - 13));
    int end = lineEnd(passage, WIDTH - 13);
    IO.println("             " + passage.substring(0, end));
    if (end < passage.length()) {
        IO.println("             " + cut(passage.substring(end).strip(), WIDTH - 13));
    }
}

static String legs(Map<?, ?> hit) {
    if (!(hit.get("legs") instanceof Map<?, ?> legs)) {
        return "";
    }
    List<String> ranks = new ArrayList<>();
    for (String leg : List.of("vector", "text")) {
        if (legs.get(leg) instanceof Map<?, ?> of) {
            ranks.add(leg + " " + number(of, "rank"));
        }
    }
    return " [" + String.join(", ", ranks) + "]";
}

/** Fences, rules of tables and marks of headings: they say little on a line of their own. */
static final Pattern MARKUP = Pattern.compile("```\\w*|\\|[ -]*-[ |-]*\\||(?m:^#+ )");

/** The part of a passage that has the most words of the question. */
static String excerpt(String passage, String question, int width) {
    Set<String> stems =
            Arrays.stream(question.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                    .filter(word -> word.length() > 3)
                    .map(word -> word.substring(0, Math.min(5, word.length())))
                    .collect(Collectors.toSet());
    String text = shown(MARKUP.matcher(passage).replaceAll(" ")).strip();
    String best = text;
    long most = 0;
    for (int start = 0; start < text.length(); start = nextWord(text, start)) {
        String part = text.substring(start, Math.min(text.length(), start + width - 3));
        String lower = part.toLowerCase(Locale.ROOT);
        long found = stems.stream().filter(lower::contains).count();
        if (found > most) {
            most = found;
            best = (start == 0 ? "" : "… ") + text.substring(start);
        }
    }
    return cut(best, width);
}

/** After the last blank that fits. */
static int lineEnd(String text, int width) {
    if (text.length() <= width) {
        return text.length();
    }
    int blank = text.lastIndexOf(' ', width);
    return blank > width / 2 ? blank : width;
}

static int nextWord(String text, int from) {
    int blank = text.indexOf(' ', from);
    return blank < 0 ? text.length() : blank + 1;
}

void printEnd(boolean stops, String question) {
    IO.println("\n" + "-".repeat(WIDTH));
    IO.println("Ask your own:  make demo QUESTION=\"...\"      Your own files:  make demo DIR=folder");
    String body = "{\"collection\": \"demo\", \"query\": \"" + question.replaceAll("['\"\\\\]", "") + "\"}";
    IO.println((stops ? "With the service running ('make run'):\n" : "By HTTP:\n") + "  curl -s "
            + (stops ? "http://127.0.0.1:8080" : url) + "/search/hybrid -H 'Content-Type: application/json' \\");
    IO.println("    -d '" + body + "'");
}

// --- HTTP and JSON -------------------------------------------------------------------------------------------------

/** Sends again what the service was too busy for. */
Answer send(String method, String path, Object body) throws Exception {
    HttpRequest request =
            HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(Duration.ofMinutes(5))
                    .header("Content-Type", "application/json")
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)))
                    .build();
    for (int attempt = 1; ; attempt++) {
        var response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 503 || attempt == ATTEMPTS_MAX) {
            String text = response.body();
            return new Answer(response.statusCode(), text.isBlank() ? Map.of() : new Json(text).read());
        }
        Thread.sleep(1_000L * response.headers().firstValueAsLong("Retry-After").orElse(1));
    }
}

static Map<?, ?> require(Answer answer) {
    if (answer.status() >= 400) {
        fail("the service answered " + answer.status() + ": " + detail(answer));
    }
    return (Map<?, ?>) answer.body();
}

static String detail(Answer answer) {
    return answer.body() instanceof Map<?, ?> problem
            ? String.valueOf(problem.get("detail"))
            : "something that is not JSON";
}

static long number(Map<?, ?> object, String field) {
    return object.get(field) instanceof Number number ? number.longValue() : 0;
}

static String count(long number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
}

static final Pattern NOT_SHOWN = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\s]+");

/** On one line, without anything that would steer a terminal. */
static String shown(String text) {
    return NOT_SHOWN.matcher(text).replaceAll(" ");
}

static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "…";
}

static String json(Object value) {
    return switch (value) {
        case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
        case List<?> list -> list.stream().map(item -> json(item)).collect(Collectors.joining(",", "[", "]"));
        case String text -> {
            var quoted = new StringBuilder("\"");
            text.chars()
                    .forEach(c -> {
                        if (c == '"' || c == '\\') {
                            quoted.append('\\').append((char) c);
                        } else if (c < ' ') {
                            quoted.append("\\u%04x".formatted(c));
                        } else {
                            quoted.append((char) c);
                        }
                    });
            yield quoted.append('"').toString();
        }
        default -> value.toString();
    };
}

/** Reads JSON into Map, List, String, Double, Boolean and null. */
static final class Json {
    private final String text;
    private int at;

    Json(String text) {
        this.text = text;
    }

    Object read() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private char next() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private Map<String, Object> object() {
        var map = new LinkedHashMap<String, Object>();
        at++;
        while (next() != '}') {
            if (text.charAt(at) == ',') {
                at++;
                next();
            }
            String key = string();
            next();
            at++;
            map.put(key, read());
        }
        at++;
        return map;
    }

    private List<Object> array() {
        var list = new ArrayList<Object>();
        at++;
        while (next() != ']') {
            if (text.charAt(at) == ',') {
                at++;
            }
            list.add(read());
        }
        at++;
        return list;
    }

    private String string() {
        var value = new StringBuilder();
        at++;
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c != '\\') {
                value.append(c);
                continue;
            }
            c = text.charAt(at++);
            switch (c) {
                case 'n' -> value.append('\n');
                case 't' -> value.append('\t');
                case 'r' -> value.append('\r');
                case 'b' -> value.append('\b');
                case 'f' -> value.append('\f');
                case 'u' -> {
                    value.append((char) Integer.parseInt(text, at, at + 4, 16));
                    at += 4;
                }
                default -> value.append(c);
            }
        }
        at++;
        return value.toString();
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> Double.valueOf(word);
        };
    }
}
