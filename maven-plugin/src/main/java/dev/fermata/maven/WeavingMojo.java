package dev.fermata.maven;

import dev.fermata.transformer.Violation;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.FileFailure;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import dev.fermata.transformer.folder.WeaveSummary;
import dev.fermata.transformer.inspect.SourceFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** What {@code weave} and {@code test-weave} share: everything but the folder. */
@SuppressWarnings("NullAway.Init") // Maven sets the parameters
abstract class WeavingMojo extends AbstractMojo {
    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private MavenProject project;

    @Parameter(defaultValue = "${project.build.directory}/fermata", readonly = true, required = true)
    private File stateDirectory;

    /** Weaves nothing. Code that is not woven says so at its first <code>await</code>. */
    @Parameter(property = "fermata.skip", defaultValue = "false")
    private boolean skip;

    /**
     * The classes to weave, as globs over their names: <code>com.acme.**</code>, <code>com/acme/**</code>,
     * <code>**.*Service</code>. Nested classes go with their top-level class. Without any, all classes.
     */
    @Parameter
    private List<String> includes = List.of();

    /** The classes not to weave, as globs like those of <code>includes</code>. A class that was woven before is put back. */
    @Parameter
    private List<String> excludes = List.of();

    /**
     * Whether a class that cannot be woven fails the build; then no class is changed, as javac writes none after an error. If
     * not, it is reported as a warning and stays as javac wrote it, and the others are woven.
     * Failures of Fermata itself fail the build in any case, and so does a class that was woven elsewhere.
     */
    @Parameter(property = "fermata.failOnError", defaultValue = "true")
    private boolean failOnError;

    /** {@code classes} or {@code test-classes}. */
    abstract String kind(MavenProject project);

    abstract Path output(MavenProject project);

    abstract List<String> sourceRoots(MavenProject project);

    abstract List<String> classPath(MavenProject project) throws DependencyResolutionRequiredException;

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("Fermata: skipped");
            return;
        }
        Path fermata = stateDirectory.toPath();
        if (!Files.isDirectory(output(project)) && !Files.isDirectory(fermata)) {
            getLog().debug("Fermata: no classes");
            return;
        }
        WeaveSummary summary = weave(fermata);
        report(summary);
        getLog().info(summary.line());
        if (!summary.strays().isEmpty()) {
            throw new MojoExecutionException(summary.strayFailure());
        }
        if (!summary.bugs().isEmpty()) {
            WeaveSummary.Bug bug = summary.bugs().get(0);
            throw new MojoExecutionException(bug.message(), bug.cause());
        }
        if (!summary.violations().isEmpty() && failOnError) {
            throw new MojoFailureException(summary.failure());
        }
    }

    private WeaveSummary weave(Path fermata) throws MojoExecutionException {
        List<Path> classPath;
        try {
            classPath = classPath(project).stream().map(Path::of).toList();
        } catch (DependencyResolutionRequiredException e) {
            throw new MojoExecutionException("the class path is unknown", e);
        }
        ClassNameFilter filter = new ClassNameFilter(includes, excludes);
        try {
            return WeaveRun.run(
                    new WeaveRun.Request(output(project), fermata, kind(project), classPath, filter, failOnError),
                    NestWeaver.real(),
                    Disk.REAL,
                    getLog()::info);
        } catch (IOException e) {
            throw new MojoExecutionException(FileFailure.describe(e), e);
        }
    }

    /** The source file from the project's folder on, if it is found; that of a class that cannot be read is unknown. */
    private String place(Violation violation) {
        String sourceFile = violation.sourceFile();
        if (sourceFile == null) {
            return violation.className();
        }
        Path base = project.getBasedir().toPath();
        return SourceFile.find(sourceRoots(project).stream().map(Path::of).toList(), violation.className(), sourceFile)
                .map(file -> file.startsWith(base) ? base.relativize(file).toString() : file.toString())
                .orElse(sourceFile);
    }

    private void report(WeaveSummary summary) {
        summary.warnings().forEach(warning -> getLog().warn(warning.message(place(warning))));
        summary.strays().forEach(stray -> getLog().error(stray.message(place(stray))));
        for (Violation violation : summary.violations()) {
            String message = violation.message(place(violation));
            if (failOnError) {
                getLog().error(message);
            } else {
                getLog().warn(message);
            }
        }
        summary.bugs().forEach(bug -> getLog().error(bug.message(), bug.cause()));
    }
}
