package dev.tributary.document.extract;

import dev.tributary.document.layout.Glyph;
import dev.tributary.failure.ServiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationFreeText;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationMarkup;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDChoice;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDPushButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.jspecify.annotations.Nullable;

/** Reads form values and notes, which are not part of the content of a page. */
final class PdfAnnotations {
    private static final float SIZE_MAX = 12;

    /** Of the height of a field. */
    private static final float SIZE = 0.65f;

    private static final float BASELINE = 0.3f;

    private final ExtractionBudget budget;
    private final IdentityHashMap<COSDictionary, PDField> fields = new IdentityHashMap<>();

    PdfAnnotations(PDDocument pdf, ExtractionBudget budget) {
        this.budget = budget;
        tolerant(() -> {
            PDAcroForm form = pdf.getDocumentCatalog().getAcroForm(null);
            if (form != null) {
                for (PDField field : form.getFieldTree()) {
                    budget.check();
                    field.getWidgets().forEach(box -> fields.put(box.getCOSObject(), field));
                }
            }
        });
    }

    private interface Reading {
        void run() throws IOException;
    }

    /** A broken form or note must not make the whole document unreadable. */
    private static void tolerant(Reading reading) {
        try {
            reading.run();
        } catch (ServiceException e) {
            throw e;
        } catch (IOException | RuntimeException _) {
            // Keep what was read before the failure.
        }
    }

    /**
     * The values of fields, placed where they are seen: on the baseline of the text beside them.
     *
     * @param beside the text of the page
     */
    List<Glyph> values(PDPage page, PdfFrame frame, List<Glyph> beside) {
        List<Glyph> values = new ArrayList<>();
        tolerant(() -> {
            for (PDAnnotation annotation : page.getAnnotations()) {
                budget.check();
                String value = value(annotation);
                PDRectangle box = annotation.getRectangle();
                if (value != null && box != null && !value.isBlank()) {
                    addLines(value.strip(), turned(box, page.getCropBox(), frame), beside, values);
                }
            }
        });
        return values;
    }

    /** The texts of notes, in the order of the file. */
    List<String> notes(PDPage page) {
        List<String> notes = new ArrayList<>();
        tolerant(() -> {
            for (PDAnnotation annotation : page.getAnnotations()) {
                budget.check();
                String contents = annotation.getContents();
                boolean isNote =
                        annotation instanceof PDAnnotationMarkup
                                && !(annotation instanceof PDAnnotationFreeText)
                                && !annotation.isHidden();
                if (isNote && contents != null && !contents.isBlank()) {
                    notes.add(contents.strip().replaceAll("\\s*[\\r\\n]\\s*", "\n"));
                }
            }
        });
        return notes;
    }

    private @Nullable String value(PDAnnotation annotation) {
        if (annotation.isHidden() || annotation.isNoView()) {
            return null;
        }
        if (annotation instanceof PDAnnotationFreeText) {
            return annotation.getContents();
        }
        if (!(annotation instanceof PDAnnotationWidget)) {
            return null;
        }
        return switch (fields.get(annotation.getCOSObject())) {
            case PDTextField text -> text.isPassword() ? null : text.getValue();
            case PDChoice choice -> String.join(", ", chosen(choice));
            case PDPushButton _ -> null;
            case PDButton _ -> isOn(annotation) ? "[x]" : null;
            case null, default -> null;
        };
    }

    /** Returns the displayed options, which may differ from the exported values. */
    private static List<String> chosen(PDChoice choice) {
        List<String> sent = choice.getOptionsExportValues();
        List<String> seen = choice.getOptionsDisplayValues();
        return choice.getValue().stream()
                .map(value -> {
                    int at = sent.indexOf(value);
                    return at >= 0 && at < seen.size() ? seen.get(at) : value;
                })
                .toList();
    }

    private static boolean isOn(PDAnnotation button) {
        COSName state = button.getAppearanceState();
        return state != null && !state.getName().equals("Off");
    }

    /** The box in the frame: x, top, width and height. */
    private static PDRectangle turned(PDRectangle box, PDRectangle page, PdfFrame frame) {
        float left = box.getLowerLeftX() - page.getLowerLeftX();
        float bottom = box.getLowerLeftY() - page.getLowerLeftY();
        float right = left + box.getWidth();
        float upper = bottom + box.getHeight();
        float x0 = frame.x(left, bottom);
        float x1 = frame.x(right, upper);
        float y0 = frame.fromTop(left, bottom);
        float y1 = frame.fromTop(right, upper);
        return new PDRectangle(
                Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    }

    private static void addLines(
            String value, PDRectangle box, List<Glyph> beside, List<Glyph> values) {
        List<String> lines = value.lines().toList();
        float size = Math.min(SIZE_MAX, SIZE * box.getHeight() / lines.size());
        float bottom = box.getUpperRightY();
        float y =
                lines.size() == 1
                        ? baseline(box, beside, bottom - BASELINE * box.getHeight())
                        : box.getLowerLeftY() + size;
        for (String line : lines) {
            if (!line.isBlank()) {
                float width = Math.min(box.getWidth(), line.length() * size / 2);
                values.add(new Glyph(line.strip(), box.getLowerLeftX(), y, width, size, true));
            }
            y += size * 1.2f;
        }
    }

    /** Returns the nearest baseline of text within the box, else its own. */
    private static float baseline(PDRectangle box, List<Glyph> beside, float own) {
        float best = own;
        float distance = box.getHeight() / 2;
        for (Glyph glyph : beside) {
            if (Math.abs(glyph.y() - own) < distance) {
                best = glyph.y();
                distance = Math.abs(glyph.y() - own);
            }
        }
        return best;
    }
}
