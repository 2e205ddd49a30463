package dev.tributary.web;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Metric;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A feature that returns what it was sent, to see how requests are read and answers written. */
@Hidden
@RestController
@RequestMapping({"/test", "/v1/test"})
class EchoController {
    record Echo(
            @Nullable String text,
            @Nullable Integer topK,
            @Nullable Long big,
            @Nullable Double weight,
            @Nullable Boolean exact,
            @Nullable Metric metric,
            @Nullable UUID id,
            @Nullable Instant createdAt,
            @Nullable Embedding embedding,
            @Nullable Map<String, @Nullable Object> metadata,
            @Nullable List<String> include,
            @Nullable List<Inner> inner) {}

    record Inner(@Nullable String sourceId, @Nullable Embedding embedding) {
        Inner {
            if (sourceId != null && sourceId.isEmpty()) {
                throw ServiceException.invalid("source_id", "has 0 characters");
            }
        }
    }

    record Bounded(@Min(1) @Max(10) int topK, @Nullable @Valid Bounded next) {}

    @PostMapping("/echo")
    Echo echo(@RequestBody Echo body) {
        return body;
    }

    @PostMapping("/bounded")
    Bounded bounded(@Valid @RequestBody Bounded body) {
        return body;
    }

    @GetMapping("/parameters")
    Map<String, Object> parameters(
            @RequestParam int limit,
            @RequestParam(defaultValue = "cosine") Metric metric,
            @RequestParam(defaultValue = "1") @Min(1) int bounded) {
        return Map.of("limit", limit, "metric", metric, "bounded", bounded);
    }

    @GetMapping("/chunks/{id}")
    UUID id(@PathVariable UUID id) {
        return id;
    }

    @GetMapping("/documents/{sourceId}")
    Map<String, String> document(@PathVariable String sourceId) {
        return Map.of("source_id", sourceId);
    }

    @GetMapping("/failures/{kind}")
    void fail(@PathVariable ServiceException.Kind kind) {
        throw switch (kind) {
            case INVALID -> ServiceException.invalid("top_k", "is 0, must be 1 to 1,000");
            case IMPOSSIBLE -> ServiceException.impossible("unknown_model", "model", "is unknown");
            case MISSING -> ServiceException.missing("collection", "docs");
            case CONFLICT -> ServiceException.conflict("collection_exists", "docs exists");
            case TOO_LARGE -> ServiceException.tooLarge("too large");
            case UNAVAILABLE ->
                    ServiceException.unavailable("away", "store away", new Exception("cause"));
            case OUTCOME_UNKNOWN ->
                    ServiceException.outcomeUnknown("who knows", new Exception("cause"))
                            .withHint("send it again");
            case UNSUPPORTED, LIMITED, DENIED -> new IllegalStateException("secret internals");
        };
    }
}
