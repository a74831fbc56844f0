package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Asyncio;
import dev.fermata.harness.ClassPath;
import dev.fermata.net.Net;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/asyncio-map.md names what is there, and everything that is there. */
class AsyncioMapTest {
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*)((?:\\.\\w+)?)`");
    private static final List<String> PACKAGES = List.of("dev.fermata.", "dev.fermata.management.", "dev.fermata.net.");

    private static List<String> lines() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "asyncio-map.md"));
    }

    @Test
    void each_name_in_the_second_column_exists() throws IOException {
        List<String> missing = new ArrayList<>();
        int names = 0;
        for (String line : lines()) {
            String[] cells = line.split("\\|");
            if (!line.startsWith("| ") || cells.length < 3) {
                continue;
            }
            Matcher name = NAME.matcher(cells[2]);
            while (name.find()) {
                names++;
                if (!exists(name.group(1), name.group(2))) {
                    missing.add(name.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(names > 100, "only " + names + " names");
    }

    private static boolean exists(String type, String member) {
        return PACKAGES.stream().anyMatch(it -> {
            try {
                Class<?> found = Class.forName(it + type);
                return member.isEmpty() || has(found, member.substring(1));
            } catch (ClassNotFoundException e) {
                return false;
            }
        });
    }

    private static boolean has(Class<?> type, String member) {
        return Stream.of(type.getMethods()).anyMatch(it -> it.getName().equals(member))
                || Stream.of(type.getFields()).anyMatch(it -> it.getName().equals(member))
                || Stream.of(type.getClasses())
                        .anyMatch(it -> it.getSimpleName().equals(member));
    }

    @Test
    void each_public_type_and_each_function_of_the_facade_is_named() throws Exception {
        Set<String> missing = new TreeSet<>();
        String text = String.join("\n", lines());
        for (Class<?> type : publicTypes()) {
            if (!text.contains("`" + type.getSimpleName() + "`") && !text.contains("`" + type.getSimpleName() + ".")) {
                missing.add(type.getSimpleName());
            }
        }
        Stream.of(Asyncio.class.getMethods())
                .filter(it -> Modifier.isStatic(it.getModifiers()) && !text.contains("`Asyncio." + it.getName() + "`"))
                .forEach(it -> missing.add("Asyncio." + it.getName()));
        assertEquals(Set.of(), missing);
    }

    private static List<Class<?>> publicTypes() throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> module : List.of(Asyncio.class, Net.class)) {
            Path root = ClassPath.entry(module);
            if (Files.isDirectory(root)) {
                types.addAll(publicTypes(root));
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
                    types.addAll(publicTypes(jar.getPath("/")));
                }
            }
        }
        return types;
    }

    private static List<Class<?>> publicTypes(Path root) throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (String folder : PACKAGES) {
            Path packaged = root.resolve(folder.replace('.', '/'));
            if (!Files.exists(packaged)) {
                continue;
            }
            try (Stream<Path> files = Files.list(packaged)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".class") && !name.contains("$") && !name.contains("-")) {
                        Class<?> type = Class.forName(folder + name.substring(0, name.length() - ".class".length()));
                        if (Modifier.isPublic(type.getModifiers())) {
                            types.add(type);
                        }
                    }
                }
            }
        }
        return types;
    }
}
