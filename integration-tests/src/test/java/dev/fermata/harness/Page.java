package dev.fermata.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The text of a page of the documentation, or of a part of one, and the fenced blocks in it. */
public record Page(String text) {
    private static final String FENCE = "```";

    /**
     * What stands between two fences.
     *
     * @param line the number of the line with the first fence
     * @param language what that line says
     * @param text without the line break at its end
     */
    public record Block(int line, String language, String text) {}

    /** A page, such as {@code README.md} or {@code docs/rules.md}. */
    public static Page of(String file) {
        try {
            return new Page(Files.readString(Path.of("..", file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<String> lines() {
        return text.lines().toList();
    }

    /** All blocks, in their order. */
    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = lines();
        for (int from = 0; from < lines.size(); from++) {
            String line = lines.get(from);
            if (line.startsWith(FENCE)) {
                int to = from + 1;
                while (!lines.get(to).equals(FENCE)) {
                    to++;
                }
                String block = String.join("\n", lines.subList(from + 1, to));
                blocks.add(new Block(from + 1, line.substring(FENCE.length()), block));
                from = to;
            }
        }
        return blocks;
    }

    /** The texts of the blocks in a language, such as {@code java}. */
    public List<String> blocks(String language) {
        return blocks().stream()
                .filter(it -> it.language().equals(language))
                .map(Block::text)
                .toList();
    }
}
