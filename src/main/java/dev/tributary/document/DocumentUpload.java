package dev.tributary.document;

import dev.tributary.document.SourceDocument.Labels;
import dev.tributary.document.chunk.ChunkingRequest;
import dev.tributary.document.extract.Content;
import dev.tributary.document.extract.ContentType;
import dev.tributary.document.extract.TextFile;
import dev.tributary.failure.ServiceException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A document as multipart/form-data. The file stays in the temporary storage of the server. */
final class DocumentUpload {
    private static final Set<String> KNOWN =
            new TreeSet<>(
                    Set.of(
                            "file",
                            "title",
                            "content_type",
                            "metadata",
                            "tenant",
                            "source_type",
                            "chunking"));

    /** Limit of each part except the file. Most fields have a smaller limit of their own. */
    private static final int PART_BYTES_MAX = 1 << 20;

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
            new TypeReference<>() {};

    private final Map<String, Part> parts;
    private final JsonMapper mapper;

    private DocumentUpload(Map<String, Part> parts, JsonMapper mapper) {
        this.parts = parts;
        this.mapper = mapper;
    }

    /**
     * Reads the names of the parts.
     *
     * @throws ServiceException {@code INVALID} if a part is unknown or repeated, or there is no
     *     file
     */
    static DocumentUpload of(HttpServletRequest request, JsonMapper mapper) {
        Map<String, Part> parts = new LinkedHashMap<>();
        for (Part part : parts(request)) {
            if (!KNOWN.contains(part.getName())) {
                throw ServiceException.invalid(
                        part.getName(), "is unknown, must be one of " + String.join(", ", KNOWN));
            }
            if (parts.put(part.getName(), part) != null) {
                throw ServiceException.invalid(part.getName(), "is present twice");
            }
        }
        if (!parts.containsKey("file")) {
            throw ServiceException.invalid("file", "is required, must be a part with the document");
        }
        return new DocumentUpload(parts, mapper);
    }

    private static Iterable<Part> parts(HttpServletRequest request) {
        try {
            return request.getParts();
        } catch (IOException | ServletException e) {
            throw ServiceException.malformed(
                    "malformed_multipart", "the body is not multipart/form-data");
        }
    }

    /**
     * Validates everything except the content of the file.
     *
     * @throws ServiceException {@code INVALID}; {@code TOO_LARGE}; {@code UNSUPPORTED} for a file
     *     of another type
     */
    SourceDocument check(String sourceId, DataSize contentMax) {
        Part file = part("file");
        SourceDocument.requireSize(file.getSize(), contentMax.toBytes());
        return new SourceDocument(
                SourceDocument.firstKey(text("source_type"), sourceId),
                new Content.File(
                        () -> bytes(file), file.getSize(), type(file, sourceId), charset(file)),
                Labels.of(text("title"), json("metadata", OBJECT), text("tenant")),
                json("chunking", new TypeReference<ChunkingRequest>() {}));
    }

    private Part part(String name) {
        Part part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException("no part " + name);
        }
        return part;
    }

    /** The type by content_type, the part, the file name, the source id or the first bytes. */
    private ContentType type(Part file, String sourceId) {
        String given = text("content_type");
        if (given != null) {
            return DocumentRequest.requireKnown(given);
        }
        MediaType sent = mediaType(file);
        if (sent != null && !sent.equalsTypeAndSubtype(MediaType.APPLICATION_OCTET_STREAM)) {
            ContentType type = ContentType.ofMediaType(sent.toString());
            if (type == null) {
                throw ServiceException.unsupported("files of type " + sent + " are not supported")
                        .withHint("send %s".formatted(ContentType.NAMES));
            }
            return type;
        }
        String fileName = file.getSubmittedFileName();
        ContentType byName = fileName == null ? null : ContentType.ofName(fileName);
        ContentType bySource = byName == null ? ContentType.ofName(sourceId) : byName;
        return bySource == null ? byBytes(file) : bySource;
    }

    private static ContentType byBytes(Part file) {
        try (InputStream start = file.getInputStream()) {
            return ContentType.ofFirstBytes(start.readNBytes(ContentType.SIGNATURE_BYTES));
        } catch (IOException e) {
            throw ServiceException.malformed("malformed_multipart", "the file cannot be read");
        }
    }

    private @Nullable Charset charset(Part file) {
        MediaType sent = mediaType(file);
        String given = text("content_type");
        MediaType said = given == null ? null : mediaType("content_type", given);
        String name = said == null ? null : said.getParameter("charset");
        if (name == null && sent != null) {
            name = sent.getParameter("charset");
        }
        return name == null ? null : TextFile.charset("file", name);
    }

    private static @Nullable MediaType mediaType(Part file) {
        String type = file.getContentType();
        return type == null ? null : mediaType("file", type);
    }

    private static MediaType mediaType(String field, String type) {
        try {
            // Does not look up the charset, so that an unknown one is refused with its name.
            return MediaType.parseMediaType(type);
        } catch (InvalidMediaTypeException e) {
            throw ServiceException.invalid(field, "has a malformed content type: " + type);
        }
    }

    private @Nullable String text(String name) {
        Part part = parts.get(name);
        if (part == null) {
            return null;
        }
        if (part.getSize() > PART_BYTES_MAX) {
            throw ServiceException.invalid(
                    name,
                    "has %,d bytes, must have at most %,d"
                            .formatted(part.getSize(), PART_BYTES_MAX));
        }
        byte[] bytes = bytes(part);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            throw ServiceException.invalid(name, "is not UTF-8");
        }
        return text;
    }

    private <T> @Nullable T json(String name, TypeReference<T> type) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return mapper.readValue(text, type);
        } catch (StreamReadException e) {
            throw ServiceException.invalid(name, "is not JSON");
        } catch (JacksonException e) {
            throw e.prependPath(DocumentUpload.class, name);
        }
    }

    private static byte[] bytes(Part part) {
        try (InputStream in = part.getInputStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw ServiceException.malformed(
                    "malformed_multipart", "the part " + part.getName() + " cannot be read");
        }
    }
}
