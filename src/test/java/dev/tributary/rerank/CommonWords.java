package dev.tributary.rerank;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A reranker that counts the different words that query and document have in common. */
record CommonWords(String name) implements Reranker {
    @Override
    public double[] score(String query, List<String> documents, Duration timeout) {
        return documents.stream().mapToDouble(document -> common(query, document)).toArray();
    }

    private static double common(String query, String document) {
        Set<String> words = new HashSet<>(Arrays.asList(query.split(" ", -1)));
        words.retainAll(Arrays.asList(document.split(" ", -1)));
        return words.size();
    }
}
