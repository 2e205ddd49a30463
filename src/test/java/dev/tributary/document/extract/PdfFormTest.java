package dev.tributary.document.extract;

import static dev.tributary.document.extract.PdfLayoutTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationFreeText;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationText;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDCheckBox;
import org.apache.pdfbox.pdmodel.interactive.form.PDComboBox;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.junit.jupiter.api.Test;

/** The values of forms and the notes on PDF pages (issue 9, C12). */
class PdfFormTest {
    private final Drawing drawing = new Drawing();
    private final PDAcroForm form = new PDAcroForm(drawing.pdf());

    PdfFormTest() {
        drawing.pdf().getDocumentCatalog().setAcroForm(form);
    }

    @Test
    void theValueOfAFieldStandsBehindItsLabel() throws IOException {
        var name = new PDTextField(form);
        add(name, "name", "Jane Roe of Ghent", 220, 696);
        var city = new PDComboBox(form);
        city.setOptions(List.of("g", "b"), List.of("Ghent", "Bruges"));
        add(city, "city", "b", 220, 676);
        drawing.text(72, 700, 11, "Name of the applicant:").text(72, 680, 11, "Lives in:");

        assertThat(text(drawing))
                .isEqualTo(
                        "| Name of the applicant: | Jane Roe of Ghent |\n| Lives in: | Bruges |");
    }

    @Test
    void aLongValueOrOneBeforeOtherTextStandsBehindItsLabel() throws IOException {
        add(new PDTextField(form), "port", "Oslo", 260, 696);
        add(new PDTextField(form), "berth", "3", 260, 666);
        drawing.text(72, 700, 11, "Port:").text(72, 670, 11, "Berth:");
        drawing.text(274, 670, 11, "on the left");
        drawing.text(72, 560, 11, "Why do you want to sail with us?");
        drawing.text(72, 540, 11, "What did you learn at school?");
        add(new PDTextField(form), "why", "I like the sea and the wind.", 260, 556);
        add(new PDTextField(form), "what", "How to tie all of the knots.", 260, 536);

        assertThat(text(drawing).replaceAll("\n+", "\n"))
                .isEqualTo(
                        """
                        | Port: | Oslo |
                        | Berth: | 3 on the left |
                        | Why do you want to sail with us? | I like the sea and the wind. |
                        | What did you learn at school? | How to tie all of the knots. |\
                        """);
    }

    @Test
    void aFieldBelowItsLabelIsReadAfterIt() throws IOException {
        add(new PDTextField(form), "name", "Jane Roe", 72, 680);
        drawing.text(72, 720, 11, "Remarks").text(72, 705, 11, "Name").text(72, 600, 11, "Thanks.");

        assertThat(text(drawing).replace("\n\n", "\n"))
                .isEqualTo("Remarks\nName\nJane Roe\nThanks.");
    }

    @Test
    void aBoxIsShownIfItIsTicked() {
        for (String state : List.of("Yes", "Off")) {
            var box = new PDCheckBox(form);
            box.setPartialName(state);
            PDAnnotationWidget widget = place(box, 72, state.equals("Yes") ? 700 : 680);
            widget.setAppearanceState(state);
            form.getFields().add(box);
        }
        drawing.text(100, 704, 11, "I agree to it.").text(100, 684, 11, "Send me letters.");

        assertThat(text(drawing)).isEqualTo("[x] I agree to it.\nSend me letters.");
    }

    @Test
    void secretsAndHiddenFieldsAreNotRead() throws IOException {
        var secret = new PDTextField(form);
        secret.setPassword(true);
        add(secret, "secret", "hunter2", 180, 696);
        var hidden = new PDTextField(form);
        add(hidden, "hidden", "token", 180, 676);
        hidden.getWidgets().getFirst().setHidden(true);
        drawing.text(72, 700, 11, "Password:");

        assertThat(text(drawing)).isEqualTo("Password:");
    }

    @Test
    void aNoteComesAfterTheTextOfItsPage() {
        drawing.annotation(note("Check this\nfigure."));
        drawing.lines(72, 700, 14, "The pump lifts it.");

        assertThat(text(drawing)).isEqualTo("The pump lifts it.\n\nCheck this\nfigure.");
    }

    @Test
    void aNoteDoesNotInterruptASentenceThatGoesOn() {
        drawing.annotation(note("Check this."));
        drawing.lines(72, 700, 14, "A paragraph.").lines(72, 650, 14, "The pump lifts the wa-");
        drawing.page().lines(72, 700, 14, "ter up.");

        assertThat(text(drawing))
                .isEqualTo("A paragraph.\n\nCheck this.\n\nThe pump lifts the water up.");
    }

    @Test
    void textThatWasTypedOnThePageIsReadWhereItStands() {
        var typed = new PDAnnotationFreeText();
        typed.setContents("approved by Ann");
        typed.setRectangle(new PDRectangle(150, 685, 100, 16));
        drawing.annotation(typed);
        drawing.lines(72, 720, 14, "First.")
                .text(72, 690, 11, "Status:")
                .text(72, 600, 11, "Last.");

        assertThat(text(drawing).replace("\n\n", "\n"))
                .isEqualTo("First.\nStatus: approved by Ann\nLast.");
    }

    @Test
    void aBrokenFormDoesNotCostTheText() {
        drawing.pdf()
                .getDocumentCatalog()
                .getCOSObject()
                .setItem(COSName.ACRO_FORM, COSName.getPDFName("broken"));
        drawing.last().getCOSObject().setItem(COSName.ANNOTS, COSName.getPDFName("broken"));
        drawing.text(72, 700, 11, "Still here.");

        assertThat(text(drawing)).isEqualTo("Still here.");
    }

    private static PDAnnotation note(String contents) {
        var note = new PDAnnotationText();
        note.setContents(contents);
        note.setRectangle(new PDRectangle(400, 700, 20, 20));
        return note;
    }

    private void add(PDField field, String name, String value, float x, float y)
            throws IOException {
        field.setPartialName(name);
        field.getCOSObject().setString(COSName.V, value);
        place(field, x, y);
        form.getFields().add(field);
    }

    private PDAnnotationWidget place(PDField field, float x, float y) {
        PDAnnotationWidget widget = field.getWidgets().getFirst();
        widget.setRectangle(new PDRectangle(x, y, 200, 16));
        drawing.annotation(widget);
        return widget;
    }
}
