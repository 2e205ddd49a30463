import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {
    private static final Chart CHART =
            new Chart(
                    "recall < 1 & more",
                    new Chart.Axis("p50, ms", "%.1f"),
                    new Chart.Axis("recall@10", "%.2f"),
                    List.of(
                            new Chart.Line(
                                    "float32",
                                    List.of(
                                            new Chart.Point(0.5, 0.8, "10"),
                                            new Chart.Point(0.51, 0.801, "20"),
                                            new Chart.Point(3, 1, "200"))),
                            new Chart.Line("binary", List.of(new Chart.Point(1, 0.9, "10")))));

    @Test
    void everyLineHasItsPointsAndItsName() throws Exception {
        Element svg = parse(CHART);

        List<Element> lines = elements(svg, "polyline");
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst().getAttribute("points").split(" ", -1)).hasSize(3);
        assertThat(texts(svg))
                .contains("recall < 1 & more", "p50, ms", "recall@10", "float32", "binary");
    }

    @Test
    void ticksAreRoundAndEncloseEveryPoint() throws Exception {
        assertThat(texts(parse(CHART)))
                .containsSubsequence("0.5", "1.0", "1.5", "2.0", "2.5", "3.0")
                .containsSubsequence("0.80", "0.85", "0.90", "0.95", "1.00");
        for (Element dot : elements(parse(CHART), "circle")) {
            assertThat(Double.parseDouble(dot.getAttribute("cx"))).isBetween(76.0, 724.0);
        }
    }

    @Test
    void aLabelWithoutRoomIsLeftOut() throws Exception {
        assertThat(texts(parse(CHART))).contains("10", "200").doesNotContain("20");
    }

    @Test
    void equalValuesStillMakeAChart() throws Exception {
        var points = IntStream.range(0, 3).mapToObj(i -> new Chart.Point(i, 1, "" + i)).toList();
        var flat = new Chart("flat", CHART.x(), CHART.y(), List.of(new Chart.Line("one", points)));

        assertThat(flat.toSvg()).doesNotContain("NaN", "Infinity");
        assertThat(elements(parse(flat), "circle")).hasSize(4);
    }

    private static Element parse(Chart chart) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.toSvg())))
                .getDocumentElement();
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static List<String> texts(Element svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }
}
