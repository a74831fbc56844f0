package dev.fermata.transformer.inspect;

import dev.fermata.transformer.folder.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A source as it can be shown.
 *
 * @param path where it was found
 * @param text with a replacement character for what is not in the encoding
 * @param problem what is wrong with its encoding; null if nothing is
 */
public record SourceFile(Path path, String text, @Nullable String problem) {
    /** The source of a class, which says itself what the file is called and may say anything. */
    public static Optional<Path> find(List<Path> roots, String className, String sourceFile) {
        if (sourceFile.contains("/") || sourceFile.contains("\\")) {
            return Optional.empty();
        }
        String folder = className.substring(0, className.lastIndexOf('.') + 1).replace('.', '/');
        try {
            return roots.stream()
                    .map(root -> root.resolve(folder + sourceFile))
                    .filter(Files::isRegularFile)
                    .findFirst();
        } catch (InvalidPathException e) {
            return Optional.empty(); // no file can be named so
        }
    }

    /** Reads a source that is meant to be of an encoding. */
    static SourceFile read(Path path, Charset encoding) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw FileFailure.of(path, e);
        }
        try {
            String text = encoding.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new SourceFile(path, text, null);
        } catch (CharacterCodingException e) {
            String problem = "is not " + encoding.name() + "; what could not be read is shown as \uFFFD";
            return new SourceFile(path, new String(bytes, encoding), problem);
        }
    }
}
