package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The weaver as {@link WeaveRun} sees it, so that its tests need no real one. */
public interface NestWeaver {
    /** A look at a class file that may say yes too often, but never no too often. */
    boolean concerns(byte[] classFile);

    /** Whether a class file carries the mark of what weaving has changed: then it is not what the compiler wrote. */
    boolean isWoven(byte[] classFile);

    /** Weaves a nest, or says why not. */
    Result weave(Collection<ClassFile> nest, ClassFacts facts);

    /** Names this weaver: a different one may weave the same class differently. */
    String id();

    /** The real one. */
    static NestWeaver real() throws IOException {
        String id = weaverId();
        Needle mark = new Needle(ClassHeader.WOVEN);
        return new NestWeaver() {
            @Override
            public boolean concerns(byte[] classFile) {
                // Of a class whose lambdas alone await, nothing but the mark may be left to tell.
                return Weaver.concerns(classFile) || isWoven(classFile);
            }

            @Override
            public boolean isWoven(byte[] classFile) {
                // Looking for the text first: few classes have it, and the header is read only of those.
                if (!mark.isIn(classFile)) {
                    return false;
                }
                ClassHeader header = ClassHeader.read(classFile);
                return header != null && header.woven();
            }

            @Override
            public Result weave(Collection<ClassFile> nest, ClassFacts facts) {
                return new Weaver(facts).weave(nest);
            }

            @Override
            public String id() {
                return id;
            }
        };
    }

    /**
     * The digest that the build wrote. It is the same where this code is in another jar, with its libraries under other names,
     * so that a class woven by one way of weaving is up to date to the others.
     */
    private static String weaverId() throws IOException {
        try (InputStream built = NestWeaver.class.getResourceAsStream("/META-INF/fermata/weaver-id")) {
            return built == null
                    ? codeDigest(Weaver.class) // compiled by an IDE
                    : new String(built.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** The digest of a class's jar. The version alone would not do: a SNAPSHOT keeps its version while it changes. */
    private static String codeDigest(Class<?> type) throws IOException {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalStateException(type + " comes from no jar or folder");
        }
        Path root;
        try {
            root = Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("where " + type + " comes from", e);
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        MessageDigest digest = Digest.sha256();
        for (Path file : files) {
            digest.update(Files.readAllBytes(file));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
