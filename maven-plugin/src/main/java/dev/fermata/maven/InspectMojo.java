package dev.fermata.maven;

import dev.fermata.transformer.folder.FileFailure;
import dev.fermata.transformer.folder.FolderLock;
import dev.fermata.transformer.inspect.Inspection;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import dev.fermata.transformer.inspect.Inspection.Sources;
import dev.fermata.transformer.inspect.InspectionPages;
import dev.fermata.transformer.inspect.InspectionText;
import dev.fermata.transformer.inspect.MethodFilter;
import dev.fermata.transformer.inspect.Terminal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * Explains what <code>weave</code> and <code>test-weave</code> made of the <code>@Async</code> methods: their states, their
 * suspension points, what is saved at each and why. Prints it, and writes a page for each class with its source beside it to
 * <code>target/fermata/inspect/index.html</code>, and all of it as data to <code>target/fermata/inspect/inspection.json</code>.
 * Run it after the classes are woven:
 * <code>mvn process-classes fermata:inspect</code>.
 */
@Mojo(name = "inspect", threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the parameters
public final class InspectMojo extends AbstractMojo {
    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private MavenProject project;

    @Parameter(defaultValue = "${project.build.directory}/fermata", readonly = true, required = true)
    private File stateDirectory;

    /**
     * The encoding of the sources. What is not in it is shown as a replacement character.
     */
    @Parameter(property = "encoding", defaultValue = "${project.build.sourceEncoding}")
    private @Nullable String encoding;

    /**
     * Prints only the classes of this name; the pages are of all classes: <code>Shop</code>, <code>com.acme.Shop</code>, <code>com.acme.**</code>,
     * all with their nested classes, or a nested one, <code>Shop.Item</code>.
     */
    @Parameter(property = "fermata.class")
    private @Nullable String className;

    /**
     * Prints only the methods of this name, with their lambdas: <code>Fetcher.fetch</code>, or <code>fetch</code> of whatever
     * class. Takes precedence over <code>fermata.class</code>.
     */
    @Parameter(property = "fermata.method")
    private @Nullable String method;

    @Override
    public void execute() throws MojoExecutionException {
        Path fermata = stateDirectory.toPath();
        if (!Files.isDirectory(fermata)) {
            getLog().info("Fermata: there are no woven classes here. Weave first: mvn process-classes fermata:inspect");
            return;
        }
        try (FolderLock lock = FolderLock.acquire(fermata, getLog()::info)) {
            Inspection main =
                    inspect("classes", project.getBuild().getOutputDirectory(), project.getCompileSourceRoots());
            Inspection tests = inspect(
                    "test-classes", project.getBuild().getTestOutputDirectory(), project.getTestCompileSourceRoots());
            show(main.and(tests), fermata);
        } catch (IOException | UncheckedIOException e) {
            throw new MojoExecutionException(FileFailure.describe(e), e);
        }
    }

    private Inspection inspect(String kind, String output, List<String> sourceRoots)
            throws IOException, MojoExecutionException {
        List<Path> roots = sourceRoots.stream().map(Path::of).toList();
        return Inspection.of(Path.of(output), stateDirectory.toPath(), kind, new Sources(roots, charset()));
    }

    private Charset charset() throws MojoExecutionException {
        try {
            return encoding == null || encoding.isBlank() ? StandardCharsets.UTF_8 : Charset.forName(encoding);
        } catch (IllegalArgumentException e) {
            throw new MojoExecutionException("the source encoding " + encoding + " is unknown", e);
        }
    }

    private MethodFilter filter() {
        return method == null ? MethodFilter.ofClass(className) : MethodFilter.ofMethod(method);
    }

    private void show(Inspection inspection, Path fermata) throws IOException {
        MethodFilter printed = filter();
        List<Inspected> chosen =
                inspection.classes().stream().filter(printed::isChosen).toList();
        if (chosen.isEmpty() && method != null) {
            getLog().warn("Fermata: there is no async method named " + method);
        } else if (chosen.isEmpty() && className != null) {
            getLog().warn("Fermata: there is no class with async methods named " + className);
        }
        boolean coloured = Terminal.isColoured();
        for (Inspected inspected : chosen) {
            getLog().info("\n" + InspectionText.of(inspected, printed, coloured));
        }
        inspection.problems().forEach(it -> getLog().warn(it.text()));
        Path index = InspectionPages.write(inspection.classes(), inspection.problems(), fermata);
        getLog().info("Fermata: see " + index);
    }
}
