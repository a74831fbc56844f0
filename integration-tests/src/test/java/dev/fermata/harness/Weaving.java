package dev.fermata.harness;

import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/** Weaves what {@link Javac} has compiled, in memory. */
public final class Weaving {
    private Weaving() {}

    /**
     * Weaves classes together.
     *
     * @param compiled by binary names
     */
    public static Result of(Map<String, byte[]> compiled) {
        return new Weaver(Weaving::fact)
                .weave(compiled.entrySet().stream()
                        .map(it -> new ClassFile(it.getKey().replace('.', '/'), it.getValue()))
                        .toList());
    }

    /** All classes after weaving, by binary names; as they were, if they are refused. */
    public static Map<String, byte[]> woven(Map<String, byte[]> compiled) {
        Map<String, byte[]> all = new HashMap<>(compiled);
        if (of(compiled) instanceof Result.Woven woven) {
            woven.changed().forEach(it -> all.put(it.name().replace('/', '.'), it.bytes()));
            woven.frames().forEach(it -> all.put(it.name().replace('/', '.'), it.bytes()));
        }
        return all;
    }

    private static ClassFacts.Fact fact(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            if (in == null) {
                return null;
            }
            ClassReader reader = new ClassReader(in);
            return new ClassFacts.Fact(
                    reader.getSuperName(),
                    List.of(reader.getInterfaces()),
                    (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
