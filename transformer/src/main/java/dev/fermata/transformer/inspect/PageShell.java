package dev.fermata.transformer.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The one file that all pages are made from. It holds the style and the script, and takes a title and a document. It is built
 * from {@code src/main/page} and committed, so that a build needs no npm.
 */
final class PageShell {
    private static final String TITLE = "@TITLE@";
    private static final String DOCUMENT = "@DOCUMENT@";

    private final String beforeDocument;
    private final String afterDocument;

    private PageShell(String html) {
        int at = html.indexOf(DOCUMENT);
        this.beforeDocument = html.substring(0, at);
        this.afterDocument = html.substring(at + DOCUMENT.length());
    }

    /** Reads it from the jar. */
    static PageShell read() {
        try (InputStream in = PageShell.class.getResourceAsStream("page.html")) {
            if (in == null) {
                throw new IllegalStateException("page.html is not beside " + PageShell.class.getName());
            }
            return new PageShell(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A page.
     *
     * @param document JSON, whose strings may hold anything: an element of the page cannot end in it, because each {@code <}
     *     is escaped, and outside of strings JSON has none
     */
    String page(String title, String document) {
        String text = title.replace("&", "&amp;").replace("<", "&lt;");
        return beforeDocument.replace(TITLE, text) + document.replace("<", "\\u003c") + afterDocument;
    }
}
