package dev.tributary.document.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/** Issue 9, C10: text of a page that was lost, or read as other text. */
class HtmlContentTest {
    private static final ExtractionLimits LIMITS =
            new ExtractionLimits(DataSize.ofMegabytes(1), 10, Duration.ofSeconds(60), 1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<p>Click <button>Save draft</button> and wait.</p> | Click Save draft and wait.",
                "<ol><li>Press <b><button>Start</button></b> now</li></ol> | - Press Start now",
                "<button>How long is it?</button><div><p>Ten days.</p></div> | How long is it?/Ten"
                        + " days.",
                "<div><button>Returns</button></div><div>Ten days.</div> | Returns/Ten days.",
                "<button aria-controls=p1>Returns</button><pre id=p1>x</pre> | Returns/x",
                "<div role=tablist><button role=tab>Linux</button><button"
                        + " role=tab>Mac</button></div> | Linux/Mac",
                "<dl><dt><button>Depth</button></dt><dd>Ten</dd></dl> | Depth/Ten",
                "<div class=faq-item><button>Depth</button><span>Ten</span></div> | Depth/Ten",
                "<h3><button aria-expanded=false>Depth</button></h3>Ten | Depth/Ten",
                "<button><h3>Depth</h3></button>Ten | Depth/Ten",
                "<h3>Depth<button>Copy</button></h3>Ten | Depth Copy/Ten",
                "<form>Name <input><button>Send</button></form> | Name",
                "<form><button type=submit>Send</button><div>Text</div></form> | Text",
                "<button>Copy</button><pre>a = 1</pre> | a = 1",
                "<div><button>Edit</button><button>Delete</button></div><p>Text</p> | Text",
                "<header><button aria-expanded=false>Menu</button></header><p>Text</p> | Text",
                "<button aria-haspopup=true aria-expanded=false>More</button><p>Text</p> | Text"
            })
    void buttonsAreReadWhereTheyAreContent(String html, String text) {
        assertThat(lines(html)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<details><summary>Refund period</summary>Fourteen</details> | Refund"
                        + " period/Fourteen",
                "<dialog>One</dialog>Two | One/Two",
                "<fieldset><legend>Size</legend>Ten</fieldset> | Size/Ten",
                "<datalist><option>One<option value=Two></datalist> | One/Two",
                "<x-card>One</x-card><x-card>Two</x-card> | One/Two",
                "<x-page><x-title>One</x-title><x-text>Two words</x-text></x-page> | One/Two words",
                "<p>Press <x-key>Enter</x-key> twice</p> | Press Enter twice",
                "<p>One <ins>more</ins> word, <del>no</del> less</p> | One more word, no less",
                "<span style='display: block'>One</span><span style='display:block'>Two</span> |"
                        + " One/Two",
                "<p><label><input type=radio>One</label><label><input type=radio>Two</label></p> |"
                        + " One Two",
                "<p>Wo<input type=hidden>rd</p> | Word",
                "<search>One</search><hgroup><p>Two</p></hgroup> | One/Two"
            })
    void whatIsAParagraphToAReaderIsOne(String html, String text) {
        assertThat(lines(html)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<pre><code><div>a = 1;</div><div>b = 2;</div></code></pre> | a = 1;/b = 2;",
                "<pre><ol><li>first</li><li>second</li></ol></pre> | first/second",
                "<pre>a<br>b</pre> | a/b",
                "<pre><span style='display:block'>a</span><span"
                        + " style='display:block'>b</span></pre> | a/b",
                "<pre><code><span class='line'>a</span><span class='line'>b</span></code></pre> |"
                        + " a/b",
                "<pre><code>a</code><code>b</code></pre> | a/b",
                "<pre><b class=k>int</b> <b class=n>a</b></pre> | int a",
                "<pre><span class='lineno'>1</span><span class=l>a</span></pre> | a",
                "<pre><table><tr><td class=gutter>1</td><td>a</td></tr><tr><td"
                        + " class=gutter>2</td><td>b</td></tr></table></pre> | a/b",
                "<pre><table><tr><td>1</td><td>a</td></tr><tr><td>2</td><td>b</td></tr></table></pre> |"
                        + " 1\ta/2\tb",
                "<pre><div>a&#10;</div><div>  b&#10;</div></pre> | a/  b",
                "<pre><button>Copy</button>a</pre> | a"
            })
    void preformattedTextKeepsItsLines(String html, String text) {
        assertThat(lines(html)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "10<sup>6</sup> units | 10^6 units",
                "2<sup>32</sup> | 2^32",
                "10<span style='font-size:60%;vertical-align: super'>7</span> | 10^7",
                "<i>v</i><span style='vertical-align:sub'>0</span> | v0",
                "2<sup>3</sup>/<sub>4</sub> inches | 2 3/4 inches",
                "a<sup>3</sup>/b | a^3/b",
                "10<sup>-9</sup> m | 10^-9 m",
                "1.5 × 10<sup>−3</sup> | 1.5 × 10^−3",
                "2<sup>n-1</sup> | 2^(n-1)",
                "E = mc<sup>2</sup> | E = mc^2",
                "(a+b)<sup>2</sup> | (a+b)^2",
                "in 2019<sup>3</sup>, it | in 2019 3, it",
                "1,500<sup>2</sup> people | 1,500 2 people",
                "45%<sup>1</sup> | 45% 1",
                "revenue<sup>3</sup> rose | revenue 3 rose",
                "10<sup><a href='#fn6'>6</a></sup> | 10 6",
                "120<sup class='footnote-ref'>4</sup> | 120 4",
                "Rome<sup>[12]</sup> | Rome [12]",
                "end.<sup>1,2</sup> | end. 1,2",
                "1<sup>st</sup> | 1st",
                "M<sup>me</sup> | Mme",
                "Ca<sup>2+</sup> | Ca2+",
                "Acme<sup>TM</sup> | Acme TM",
                "H<sub>2</sub>O | H2O",
                "101<sub>2</sub> | 101_2",
                "a <sup>1</sup> | a 1"
            })
    void raisedTextDoesNotChangeTheNumberBeforeIt(String html, String text) {
        assertThat(lines("<p>" + html + "</p>")).isEqualTo(text);
        assertThat(lines("<h2>" + html + "</h2>")).isEqualTo(text);
        assertThat(lines("<table><tr><td>" + html + "<td>x</table>"))
                .isEqualTo("| " + text + " | x |");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup> | E=mc^2",
                "<mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac> | 1/(a+b)",
                "<msqrt><mi>x</mi></msqrt><mo>&InvisibleTimes;</mo><msub><mi>y</mi><mn>1</mn></msub>"
                        + " | √xy_1",
                "<mroot><mi>y</mi><mn>3</mn></mroot> | y^(1/3)",
                "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd></mtr></mtable>"
                        + " | 1, 0; 0",
                "<mi>sin</mi><mo>&ApplyFunction;</mo><mi>x</mi> | sin x",
                "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>"
                        + " | ∑_(i=1)^ni",
                "<semantics><mi>x</mi><annotation"
                        + " encoding='application/x-tex'>\\frac{a}{b}</annotation></semantics> |"
                        + " \\frac{a}{b}"
            })
    void formulasAreRead(String math, String text) {
        assertThat(lines("<p>Here is <math>" + math + "</math>.</p>"))
                .isEqualTo("Here is " + text + ".");
    }

    @Test
    void aFormulaThatIsDrawnTwiceIsReadOnce() {
        assertThat(
                        lines(
                                "<p>So <span class=katex><span"
                                        + " class=katex-mathml><math><mi>x</mi></math></span><span"
                                        + " class=katex-html aria-hidden=true>x</span></span>."))
                .isEqualTo("So x.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<h1>Guide<a class=headerlink href='#g'>¶</a></h1> | Guide",
                "<h1><a href='#i'>#</a>Guide</h1> | Guide",
                "<h1><a href='#i' aria-hidden=true></a>Guide ¶</h1> | Guide",
                "<h1>Guide <a class=header-anchor href='#g'>Link to this heading</a></h1> | Guide",
                "<h1><a class=header-anchor href='#g'>Guide</a></h1> | Guide",
                "<h1>Guide <a href='#g'>&#x1F517;</a></h1> | Guide",
                "<h1>Guide <a class=header-anchor href='#g'>&#8203;</a></h1> | Guide",
                "<h1><a href='/g'>Guide</a></h1> | Guide",
                "<h1>Guide<span class=mw-editsection>[edit]</span></h1> | Guide",
                "<h1><img alt=Guide></h1> | Guide",
                "<h1>Guide <img alt='build passing'></h1> | Guide"
            })
    void headingsAreReadWithoutTheirAnchors(String html, String title) {
        ExtractedDocument read = read(html + "<p>Text.");

        assertThat(read.title()).isEqualTo(title);
        assertThat(read.headings()).extracting(Heading::title).containsExactly(title);
        assertThat(read.text()).isEqualTo(title + "\n\nText.\n\n");
    }

    @Test
    void aTableWithListsAndParagraphsInItsCellsHasRows() {
        assertThat(
                        lines(
                                """
                                <table><tr><th>Pump<th>Parts<th>Note</tr>
                                <tr><td>X1<td><ul><li>seal<li>rotor</ul><td><p>Dry.<p>Cold.</tr>
                                </table>\
                                """))
                .isEqualTo("| Pump | Parts | Note |/| X1 | seal; rotor | Dry. Cold. |");
        assertThat(
                        lines(
                                """
                                <table><tr><td>X1<td><ul><li>seal<li>rotor</ul></tr>
                                <tr><td>X2<td><ol><li>one</ol></tr></table>\
                                """))
                .isEqualTo("| X1 | seal; rotor |/| X2 | one |");
    }

    @Test
    void cellsThatSpanRowsAndColumnsLeaveTheOthersInPlace() {
        assertThat(
                        lines(
                                """
                                <table><caption>Pumps</caption>
                                <thead><tr><th rowspan=2>Pump<th colspan=2>Pressure<th>Price</tr>
                                <tr><th>low<th>high<th>EUR</tr></thead>
                                <tbody><tr><td rowspan=2>X1<td>1<td>2<td rowspan=0>10</tr>
                                <tr><td>3<td>4</tr><tr><td>X2<td>5<td>6</tr></tbody>
                                <tbody><tr><td colspan=4>None</tr></tbody></table>\
                                """))
                .isEqualTo(
                        "Pumps/| Pump | Pressure |  | Price |/| Pump | low | high | EUR |"
                                + "/| X1 | 1 | 2 | 10 |/| X1 | 3 | 4 | 10 |/| X2 | 5 | 6 | 10 |"
                                + "/| None |  |  |  |");
    }

    @Test
    void aTableKnowsItsRowsOfHeaders() {
        assertThat(head("<table><caption>P</caption><tr><th>a<th>b<tr><td>1<td>2</table>"))
                .isEqualTo("P\n| a | b |\n");
        assertThat(head("<table><thead><tr><td>a<td>b</thead><tr><td>1<td>2</table>"))
                .isEqualTo("| a | b |\n");
        assertThat(head("<table><tr><th>a<td>1<tr><th>b<td>2</table>")).isEmpty();
        assertThat(head("<table><tr><th>a<th>b</table>")).isEmpty();
        assertThat(head("<table><tr><td>a<td>b<tr><td>1<td>2</table>")).isEmpty();
    }

    @Test
    void spansOfAnySizeStayWithinTheLimits() {
        assertThat(lines("<table><tr><td colspan=999999>a<td rowspan=999999>b<tr><td>c</table>"))
                .startsWith("| a |")
                .hasSizeLessThan(10_000);
    }

    private static String head(String html) {
        ExtractedDocument read = read(html);
        Unit.Head head = read.units().getFirst().head();
        return head == null ? "" : read.text().substring(head.start(), head.end());
    }

    private static String lines(String html) {
        return read(html).text().strip().replaceAll("\n+", "/");
    }

    private static ExtractedDocument read(String html) {
        return HtmlExtraction.read(html, new ExtractionBudget(LIMITS, () -> 0));
    }
}
