import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAligned() {
        var table = new Table("mode", "n");
        table.row("vector", "0.5");
        table.row("by", "1,000");

        assertThat(table)
                .hasToString(
                        """
                        | mode   |     n |
                        | ------ | ----: |
                        | vector |   0.5 |
                        | by     | 1,000 |
                        """);
    }
}
