package dev.tributary.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A tokenizer of a few words, each with the number of its place as its id. */
public final class TinyTokenizer {
    private static final List<String> WORDS =
            List.of(
                    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "the", "cat", "cats", "dog", "dogs",
                    "sleep", "sleeps", "long", "all", "day", "how", "do", "日", "本", "über", "hour",
                    "😀");

    private TinyTokenizer() {}

    /** What a {@code tokenizer.json} has. */
    public static String json() {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        WORDS.forEach(word -> vocabulary.put(word, vocabulary.size()));
        return """
        {"version": "1.0", "truncation": null, "padding": null, "decoder": null,
         "added_tokens": [%s, %s, %s, %s],
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "lowercase": true,
                        "handle_chinese_chars": true, "strip_accents": false},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                      {"Sequence": {"id": "A", "type_id": 0}},
                      {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
           "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                    {"Sequence": {"id": "B", "type_id": 1}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
           "special_tokens": {
             "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
             "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
         "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": %s}}
        """
                .formatted(
                        special(0),
                        special(1),
                        special(2),
                        special(3),
                        JsonMapper.shared().writeValueAsString(vocabulary));
    }

    private static String special(int id) {
        return """
        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}\
        """
                .formatted(id, WORDS.get(id));
    }
}
