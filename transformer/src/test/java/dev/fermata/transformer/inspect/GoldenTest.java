package dev.fermata.transformer.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.fermata.Async;
import dev.fermata.transformer.ClassReport.Frame;
import dev.fermata.transformer.ClassReport.FrameField;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.Javac;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import dev.fermata.transformer.folder.WeaveSummary;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What inspection prints of the classes in {@code src/test/resources/golden}, beside each of them. Whoever reviews a change of
 * the weaver reads the difference. {@code -Dfermata.golden=write} writes the files anew.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path SCHEMAS = Path.of("../docs/schema");

    @TempDir
    private Path target;

    private Path classes;
    private Path sources;

    static List<String> fixtures() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(it -> it.getFileName().toString())
                    .filter(it -> it.endsWith(".java"))
                    .map(it -> it.replace(".java", ""))
                    .sorted()
                    .toList();
        }
    }

    @BeforeEach
    void createFolders() throws IOException {
        classes = Files.createDirectories(target.resolve("classes"));
        sources = Files.createDirectories(target.resolve("sources/com/acme"));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void text_is_as_it_was_approved(String name) throws IOException, URISyntaxException {
        WeaveSummary summary = weave(name);
        Inspection inspection = inspect();
        String text = summary.violations().stream()
                        .map(it -> it.message() + "\n")
                        .collect(Collectors.joining())
                + summary.warnings().stream().map(it -> it.message() + "\n").collect(Collectors.joining())
                + inspection.classes().stream()
                        .map(it -> InspectionText.of(it, MethodFilter.ofClass(null), false))
                        .collect(Collectors.joining("\n"));
        Path golden = GOLDEN.resolve(name + ".txt");
        if (System.getProperty("fermata.golden", "").equals("write")) {
            Files.writeString(golden, text);
        }
        assertEquals(Files.readString(golden), text, "see CONTRIBUTING.md for how to accept a change");
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void reports_and_inspection_are_what_their_schemas_say(String name) throws IOException, URISyntaxException {
        weave(name);
        Inspection inspection = inspect();
        assertValid("inspection-1", InspectionJson.of(inspection.classes(), inspection.problems()));
        Path reports = target.resolve("fermata/reports");
        if (Files.exists(reports)) {
            try (Stream<Path> files = Files.walk(reports)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertValid("report-1", Files.readString(file));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample-inspection", "sample-inspection-large"})
    void sample_for_readers_is_what_the_schema_says(String sample) throws IOException {
        assertValid(
                "inspection-1",
                Files.readString(Path.of("src/test/resources/dev/fermata/transformer/inspect/" + sample + ".json")));
    }

    private static void assertValid(String schema, String json) throws IOException {
        Schema checked = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(SCHEMAS.resolve(schema + ".schema.json")), InputFormat.JSON);
        assertEquals(List.of(), checked.validate(json, InputFormat.JSON), json);
    }

    /** HotSpot itself is asked where it put the fields. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void frames_are_laid_out_as_reported(String name) throws Exception {
        weave(name);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, Async.class.getClassLoader())) {
            for (Inspection.Inspected inspected : inspect().classes()) {
                for (MethodReport method : inspected.report().methods()) {
                    Frame frame = method.frame();
                    assertLaidOut(frame, offsets(Class.forName(frame.name().replace('/', '.'), false, loader)));
                }
            }
        }
    }

    private static void assertLaidOut(Frame frame, TreeMap<Integer, String> offsets) {
        TreeMap<Integer, String> reported = new TreeMap<>();
        Map<String, Integer> bytes = new HashMap<>();
        for (FrameField field : frame.fields()) {
            reported.put(field.offset(), field.name());
            bytes.put(field.name(), field.bytes());
        }
        int end = offsets.lastKey() + bytes.getOrDefault(offsets.lastEntry().getValue(), 0);
        assertEquals((end + 7) / 8 * 8, frame.bytes(), frame.name());
        assertEquals(Set.copyOf(reported.values()), Set.copyOf(offsets.values()), frame.name());
        if (Runtime.version().feature() <= 21) {
            // Newer ones continue with references where the superclass ends with one.
            assertEquals(offsets, reported, frame.name());
        }
    }

    private static TreeMap<Integer, String> offsets(Class<?> frame) throws ReflectiveOperationException {
        Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
        var field = unsafeClass.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Object unsafe = field.get(null);
        var offset = unsafeClass.getMethod("objectFieldOffset", Field.class);
        TreeMap<Integer, String> offsets = new TreeMap<>();
        for (Class<?> type = frame; type != null; type = type.getSuperclass()) {
            for (var declared : type.getDeclaredFields()) {
                if (!Modifier.isStatic(declared.getModifiers())) {
                    offsets.put(((Long) offset.invoke(unsafe, declared)).intValue(), declared.getName());
                }
            }
        }
        return offsets;
    }

    private WeaveSummary weave(String name) throws IOException, URISyntaxException {
        String source = Files.readString(GOLDEN.resolve(name + ".java"));
        Files.writeString(sources.resolve(name + ".java"), source);
        Javac.compile(classes, source);
        Path runtime = Path.of(
                Async.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return WeaveRun.run(
                new WeaveRun.Request(
                        classes,
                        target.resolve("fermata"),
                        "classes",
                        List.of(classes, runtime),
                        new ClassNameFilter(List.of(), List.of()),
                        true),
                NestWeaver.real(),
                Disk.REAL,
                line -> {});
    }

    private Inspection inspect() throws IOException {
        return Inspection.of(
                classes,
                target.resolve("fermata"),
                "classes",
                new Inspection.Sources(List.of(target.resolve("sources")), StandardCharsets.UTF_8));
    }
}
