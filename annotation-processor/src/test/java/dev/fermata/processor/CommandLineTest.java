package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    private Path folder;

    private Workshop shop;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void workshop() throws IOException {
        shop = new Workshop(folder);
        shop.options.add("-Xplugin:Fermata no-weaving");
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return CommandLine.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void folder_is_woven_and_then_up_to_date() throws Exception {
        shop.source(JavacWeavingTest.SHOP);
        shop.compile().assertGood();
        assertEquals(0, run("weave", shop.classes.toString(), "-cp", shop.classPath));
        assertEquals("Fermata: wove 2 async methods in 2 classes\n", out().replace("\r", ""));
        assertEquals("", err());
        assertEquals("egg!", shop.main("com.acme.Shop"));
        assertTrue(Files.exists(shop.fermata.resolve("originals/classes/com/acme/Shop.class")));
        assertEquals(0, run("weave", shop.classes.toString(), "-cp", shop.classPath));
        assertEquals("Fermata: nothing woven; 2 classes up to date\n", out().replace("\r", ""));
    }

    @Test
    void folder_that_javac_has_woven_is_inspected() throws Exception {
        shop.options.clear();
        shop.source(JavacWeavingTest.SHOP);
        shop.compile().assertGood();
        assertEquals(0, run("inspect", shop.classes.toString(), "--sources", shop.sources.toString()));
        assertTrue(out().contains("com.acme.Shop (Shop.java)"), out());
        assertTrue(out().contains("      1  line 8: await name()"), out());
        String page = Files.readString(shop.fermata.resolve("inspect/classes/com/acme/Shop.html"));
        assertTrue(page.contains("\"marks\":[{\"firstLine\":8,"), page);
    }

    @Test
    void jar_of_woven_classes_is_inspected_with_what_is_kept_beside_it() throws Exception {
        shop.options.clear();
        shop.source(JavacWeavingTest.SHOP);
        shop.compile().assertGood();
        Path jar = shop.fermata.resolveSibling("shop.jar");
        try (FileSystem made = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            Files.createDirectories(made.getPath("/com/acme"));
            Files.copy(shop.classes.resolve("com/acme/Shop.class"), made.getPath("/com/acme/Shop.class"));
        }
        assertEquals(
                0,
                run(
                        "inspect",
                        jar.toString(),
                        "--sources",
                        shop.sources.toString(),
                        "--state",
                        shop.fermata.toString()));
        String page = Files.readString(shop.fermata.resolve("inspect/classes/com/acme/Shop.html"));
        assertTrue(page.contains("\"direct\":[{\"text\":\""), page);
    }

    @Test
    void file_that_is_no_jar_is_told_so() throws Exception {
        Path text = Files.writeString(folder.resolve("shop.txt"), "no jar");
        assertEquals(2, run("inspect", text.toString()));
        assertEquals("Fermata: " + text + " is neither a folder nor a jar\n", err().replace("\r", ""));
    }

    @ParameterizedTest
    @CsvSource({"target, target/fermata, classes", "build/libs, build/fermata, classes-java-main"})
    void state_of_a_jar_is_where_its_build_keeps_it(String place, String state, String kind) throws Exception {
        Path jar = Files.createDirectories(folder.resolve(place)).resolve("shop.jar");
        Files.createDirectories(folder.resolve(state).resolve("reports").resolve(kind));
        WeavingFolders folders = WeavingFolders.ofJar(jar, folder, "");
        assertEquals(folder.resolve(state), folders.fermata());
        assertEquals(kind, folders.kind());
    }

    @Test
    void one_method_is_inspected_or_all_is_printed_as_data() throws Exception {
        shop.options.clear();
        shop.source(JavacWeavingTest.SHOP);
        shop.compile().assertGood();
        assertEquals(0, run("inspect", shop.classes.toString(), "--method", "Shop.buy"));
        assertTrue(out().contains("buy(String)") && !out().contains("name(String)"), out());
        assertEquals("", err());
        assertEquals(1, run("inspect", shop.classes.toString(), "--method", "Shop.gone"));
        String none =
                "Fermata: there is no async method named Shop.gone. Name it as in --method Shop.buy, without parameters\n";
        assertEquals(none, err().replace("\r", ""));
        assertEquals(1, run("inspect", shop.classes.toString(), "--method", "Shop.gone", "--json"));
        assertEquals(none, err().replace("\r", ""));
        assertEquals(0, run("inspect", "--help"));
        assertEquals(0, run("inspect", shop.classes.toString(), "--json"));
        assertTrue(out().contains("{\"schema\":1,\"classes\":[{\"name\":\"com.acme.Shop"), out());
        assertTrue(out().endsWith("\"problems\":[]}\n"), out());
    }

    @Test
    void damaged_class_file_is_shown_without_its_bytecode_and_the_others_are_shown() throws Exception {
        shop.options.clear();
        shop.source(JavacWeavingTest.SHOP);
        shop.source(JavacWeavingTest.BAD.replaceFirst("(sum \\+= await\\(done\\(sum\\)\\); )+", "$1"));
        shop.compile().assertGood();
        Path file = shop.classes.resolve("com/acme/Shop.class");
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 10, 300, bytes.length - 40}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertEquals(0, run("inspect", shop.classes.toString(), "--json"), err());
            assertTrue(out().contains("the class files are not those that the report is about"), out());
            assertTrue(out().contains("com.acme.Bad$Item"), out());
        }
    }

    @Test
    void what_is_kept_may_be_kept_elsewhere() throws Exception {
        shop.source(JavacWeavingTest.SHOP);
        shop.compile().assertGood();
        String kept = folder.resolve("kept").toString();
        assertEquals(0, run("weave", shop.classes.toString(), "-cp", shop.classPath, "--state", kept));
        assertTrue(Files.exists(folder.resolve("kept/originals/classes/com/acme/Shop.class")));
        assertEquals(0, run("inspect", shop.classes.toString(), "--state", kept));
    }

    @Test
    void refusal_is_told_with_its_place_and_by_the_exit_code() throws Exception {
        shop.source(JavacWeavingTest.BAD);
        shop.compile().assertGood();
        assertEquals(1, run("weave", shop.classes.toString(), "-cp", shop.classPath));
        assertTrue(err().startsWith("error: Bad.java:6: com.acme.Bad$Item.name: it would be "), err());
    }

    @Test
    void folder_where_nothing_was_woven_is_told_so() {
        assertEquals(1, run("inspect", shop.classes.toString()));
        assertTrue(err().startsWith("Fermata: nothing was woven here"), err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "brew", "weave", "weave nowhere", "weave . -cp", "weave . .", "weave . -x", "inspect"})
    void wrong_arguments_get_the_usage(String arguments) {
        assertEquals(2, run(arguments.isEmpty() ? new String[0] : arguments.split(" ")));
        assertTrue(err().startsWith("Fermata: "), err());
        assertTrue(err().contains("Usage:\n  java -jar fermata-annotation-processor.jar weave DIR"), err());
        assertEquals("", out());
    }

    @Test
    void help_is_no_error() {
        assertEquals(0, run("--help"));
        assertTrue(out().startsWith("Usage:"), out());
    }
}
