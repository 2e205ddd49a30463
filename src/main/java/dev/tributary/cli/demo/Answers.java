package dev.tributary.cli.demo;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Asks a question by meaning, by words and by both, and prints the passages found. */
final class Answers {
    static final int WIDTH = 100;

    private static final int PASSAGES = 3;
    private static final int INDENT = 13;

    private final DemoService service;
    private final PrintWriter out;

    Answers(DemoService service, PrintWriter out) {
        this.service = service;
        this.out = out;
    }

    void print(String question) throws InterruptedException {
        out.println("\n" + "=".repeat(WIDTH));
        out.println(Passage.cut(question, WIDTH));
        out.println("=".repeat(WIDTH));
        print("by meaning (POST /search)", service.search("/search", request(question)), question);
        Map<String, Object> words = request(question);
        words.put("fusion", Map.of("weights", Map.of("vector", 0)));
        print(
                "by words (POST /search/hybrid, vector weight 0)",
                service.search("/search/hybrid", words),
                question);
        print(
                "by both (POST /search/hybrid)",
                service.search("/search/hybrid", request(question)),
                question);
    }

    private static Map<String, Object> request(String question) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("collection", DemoService.COLLECTION);
        body.put("query", question);
        body.put("top_k", PASSAGES);
        return body;
    }

    private void print(String way, JsonNode answer, String question) {
        String time = "%.1f ms".formatted(answer.path("took_ms").asDouble(0));
        out.println("\n" + way + " ".repeat(WIDTH - way.length() - time.length()) + time);
        if (answer.path("results").isEmpty()) {
            out.println("  nothing found");
        }
        for (JsonNode warning : answer.path("warnings")) {
            out.println("  " + warning.asString(""));
        }
        int rank = 0;
        for (JsonNode hit : answer.path("results")) {
            print(++rank, hit, question);
        }
    }

    private void print(int rank, JsonNode hit, String question) {
        int width = WIDTH - INDENT;
        String place =
                "%s, passage %d%s"
                        .formatted(
                                Passage.oneLine(hit.path("source_id").asString("")),
                                hit.path("chunk_index").asInt(0) + 1,
                                legs(hit.path("legs")));
        double score = hit.path("score").asDouble(0);
        out.println("  %d  %.4f  %s".formatted(rank, score, Passage.cut(place, width)));
        String text = Passage.excerpt(hit.path("content").asString(""), question, 2 * width);
        int end = Passage.lineEnd(text, width);
        out.println(" ".repeat(INDENT) + text.substring(0, end));
        if (end < text.length()) {
            out.println(" ".repeat(INDENT) + Passage.cut(text.substring(end).strip(), width));
        }
    }

    private static String legs(JsonNode legs) {
        List<String> ranks = new ArrayList<>();
        for (String leg : List.of("vector", "text")) {
            if (legs.has(leg)) {
                ranks.add(leg + " " + legs.path(leg).path("rank").asInt(0));
            }
        }
        return legs.isObject() ? " [" + String.join(", ", ranks) + "]" : "";
    }
}
