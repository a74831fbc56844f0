package dev.fermata.transformer.folder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.Result;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** A version of the weaver from before: its woven classes work just as well, and its frame classes have other names. */
final class EarlierWeaver implements NestWeaver {
    private final NestWeaver real;

    EarlierWeaver() throws IOException {
        real = NestWeaver.real();
    }

    @Override
    public boolean concerns(byte[] classFile) {
        return real.concerns(classFile);
    }

    @Override
    public boolean isWoven(byte[] classFile) {
        return real.isWoven(classFile);
    }

    @Override
    public String id() {
        return "earlier";
    }

    @Override
    public Result weave(Collection<ClassFile> nest, ClassFacts facts) {
        Result result = real.weave(nest, facts);
        return result instanceof Result.Woven woven
                ? new Result.Woven(renamed(woven.changed()), renamed(woven.frames()), woven.reports())
                : result;
    }

    private static List<ClassFile> renamed(List<ClassFile> classes) {
        return classes.stream()
                .map(it -> new ClassFile(
                        it.name().replace("$async$", "$older$"),
                        new String(it.bytes(), ISO_8859_1)
                                .replace("$async$", "$older$")
                                .getBytes(ISO_8859_1)))
                .toList();
    }
}
