package dev.fermata.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.apache.maven.model.Build;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectMojoTest {
    @TempDir
    private Path target;

    @Test
    void goal_writes_a_page_for_a_class_called_index_and_leaves_none_of_before() throws Exception {
        Path classes = Files.createDirectories(target.resolve("classes"));
        Path fermata = target.resolve("fermata");
        weave(classes, fermata);
        Path pages = fermata.resolve("inspect");
        Files.createDirectories(pages.resolve("classes/com"));
        Path old = Files.writeString(pages.resolve("classes/com/Old.html"), "");

        InspectMojo goal = new InspectMojo();
        MavenProject maven = new MavenProject();
        maven.setBuild(new Build());
        maven.getBuild().setOutputDirectory(classes.toString());
        maven.getBuild().setTestOutputDirectory(target.resolve("none").toString());
        set(goal, "project", maven);
        set(goal, "stateDirectory", fermata.toFile());
        set(goal, "encoding", "ISO-8859-1");
        goal.execute();

        assertTrue(Files.readString(pages.resolve("index.html")).contains("\"href\":\"classes/index.html\""));
        assertTrue(Files.readString(pages.resolve("classes/index.html")).contains("\"title\":\"m()\""));
        assertFalse(Files.exists(old));
    }

    private void weave(Path classes, Path fermata) throws IOException, URISyntaxException {
        Path source = Files.writeString(target.resolve("index.java"), """
                public class index {
                  @dev.fermata.Async dev.fermata.Coroutine<Void> m() { return dev.fermata.Asyncio.done(); }
                }
                """);
        Path runtime = Path.of(
                Async.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String[] options = {"-proc:none", "-d", classes.toString(), "-cp", runtime.toString(), source.toString()};
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, options));
        List<Path> classPath = List.of(classes, runtime);
        ClassNameFilter all = new ClassNameFilter(List.of(), List.of());
        WeaveRun.run(
                new WeaveRun.Request(classes, fermata, "classes", classPath, all, true),
                NestWeaver.real(),
                Disk.REAL,
                message -> {});
    }

    private static void set(InspectMojo goal, String field, Object value) throws ReflectiveOperationException {
        Field parameter = InspectMojo.class.getDeclaredField(field);
        parameter.setAccessible(true);
        parameter.set(goal, value);
    }
}
