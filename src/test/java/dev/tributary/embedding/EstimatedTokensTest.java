package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EstimatedTokensTest {
    @Test
    void cutsWordsIntoShortPieces() {
        assertThat(pieces("sleeps all\nday")).containsExactly("sle", "eps", "all", "day");
        assertThat(pieces("über")).containsExactly("ü", "ber");
        assertThat(pieces("привет")).containsExactly("п", "р", "и", "в", "е", "т");
        assertThat(pieces("日本")).containsExactly("日", "日", "本", "本");
        assertThat(pieces("2,048")).containsExactly("2", ",", "0", "4", "8");
        assertThat(pieces("😀!")).containsExactly("😀", "😀", "😀", "!");
        assertThat(pieces(" \n\t\u00a0")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "An index on the expression was as fast as one on a typed column. Building it after"
                        + " the rows are there is five times cheaper than inserting into it.",
                "SELECT id, content FROM chunk WHERE collection_id = 42 ORDER BY embedding <=> $1",
                "| `tributary.embedding.queue-max` | `4096` | while so many texts wait, 503 |",
                "Die Überraschung: Größenänderungen während des Einfügens kosten zwölfmal so viel.",
                "Быстрый поиск по векторам и словам в одной базе данных.",
                "東京は日本の首都です。検索は速い。한국어 문장도 있습니다.",
                "deadbeef0123456789abcdef 2026-11-21T14:40:56Z 192.168.0.1 😀😀"
            })
    void estimatesNoLessThanARealTokenizerCounts(String text) {
        assertThat(EstimatedTokens.of(text).count())
                .isGreaterThanOrEqualTo(MiniLm.shared().tokenize(text).count());
    }

    private static List<String> pieces(String text) {
        Tokens tokens = EstimatedTokens.of(text);
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            pieces.add(text.substring(tokens.start(i), tokens.end(i)));
        }
        return pieces;
    }
}
