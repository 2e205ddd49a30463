package dev.tributary.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** Answers requests for a path that does not exist: names it, and the one that was meant. */
@Component
final class NearestPath {
    private static final int SHOWN_MAX = 200;
    private static final int SEGMENTS_MAX = 16;

    /** A call that does not have the method of the request is meant less likely. */
    private static final int OTHER_METHOD = 3;

    private final ObjectProvider<RequestMappingInfoHandlerMapping> mappings;

    NearestPath(ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
        this.mappings = mappings;
    }

    /** A call of the service that a request may have meant. */
    private record Candidate(PathDistance.Alignment alignment, String method, int cost) {
        private String shown() {
            return method + " " + alignment.path();
        }
    }

    Refusal refusal(HttpServletRequest request) {
        String path = request.getRequestURI();
        Candidate meant = find(path, request.getMethod());
        if (meant != null) {
            OpenAiError.meant(request, meant.alignment().path());
        }
        String shown = path.length() > SHOWN_MAX ? path.substring(0, SHOWN_MAX) + "…" : path;
        return Refusal.of(
                        HttpStatus.NOT_FOUND, "path_not_found", "there is nothing at path " + shown)
                .withHint(
                        meant == null
                                ? "see /docs for the available paths"
                                : "did you mean %s? see /docs for the available paths"
                                        .formatted(meant.shown()));
    }

    private @Nullable Candidate find(String path, String method) {
        List<String> segments =
                Arrays.stream(path.split("/")).filter(segment -> !segment.isEmpty()).toList();
        if (segments.isEmpty() || segments.size() > SEGMENTS_MAX || path.length() > 1_000) {
            return null;
        }
        return mappings.orderedStream()
                .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .flatMap(call -> candidates(segments, method, call))
                .min(
                        Comparator.comparingInt(Candidate::cost)
                                .thenComparing(candidate -> candidate.alignment().path()))
                .orElse(null);
    }

    private static Stream<Candidate> candidates(
            List<String> segments, String method, RequestMappingInfo call) {
        Set<RequestMethod> methods = call.getMethodsCondition().getMethods();
        if (methods.isEmpty()) {
            return Stream.empty();
        }
        boolean has = methods.stream().anyMatch(one -> one.name().equals(method));
        String shown = has ? method : methods.iterator().next().name();
        return call.getPatternValues().stream()
                .map(pattern -> PathDistance.align(segments, pattern))
                .filter(Objects::nonNull)
                .map(alignment ->
                        new Candidate(
                                alignment, shown, alignment.cost() + (has ? 0 : OTHER_METHOD)))
                .filter(candidate -> candidate.cost() <= PathDistance.COST_MAX);
    }
}
