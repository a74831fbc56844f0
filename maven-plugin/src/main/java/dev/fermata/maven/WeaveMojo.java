package dev.fermata.maven;

import java.nio.file.Path;
import java.util.List;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;

/**
 * Rewrites the <code>@Async</code> methods of the project's classes, in place, after they are compiled.
 *
 * <p>The classes as javac wrote them are kept under <code>target/fermata/originals</code>, beside a report for each that the
 * goal <code>inspect</code> shows. Classes that are woven already and up to date are not touched.
 */
@Mojo(
        name = "weave",
        defaultPhase = LifecyclePhase.PROCESS_CLASSES,
        requiresDependencyResolution = ResolutionScope.COMPILE,
        threadSafe = true)
public final class WeaveMojo extends WeavingMojo {
    @Override
    String kind(MavenProject project) {
        return "classes";
    }

    @Override
    Path output(MavenProject project) {
        return Path.of(project.getBuild().getOutputDirectory());
    }

    @Override
    List<String> sourceRoots(MavenProject project) {
        return project.getCompileSourceRoots();
    }

    @Override
    List<String> classPath(MavenProject project) throws DependencyResolutionRequiredException {
        return project.getCompileClasspathElements();
    }
}
