package dev.fermata.maven;

import java.nio.file.Path;
import java.util.List;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;

/** Rewrites the <code>@Async</code> methods of the project's test classes, as <code>weave</code> does for its main classes. */
@Mojo(
        name = "test-weave",
        defaultPhase = LifecyclePhase.PROCESS_TEST_CLASSES,
        requiresDependencyResolution = ResolutionScope.TEST,
        threadSafe = true)
public final class TestWeaveMojo extends WeavingMojo {
    @Override
    String kind(MavenProject project) {
        // A folder has one set of records, also where a project compiles its tests into that of its main classes.
        boolean shared = output(project).equals(Path.of(project.getBuild().getOutputDirectory()));
        return shared ? "classes" : "test-classes";
    }

    @Override
    Path output(MavenProject project) {
        return Path.of(project.getBuild().getTestOutputDirectory());
    }

    @Override
    List<String> sourceRoots(MavenProject project) {
        return project.getTestCompileSourceRoots();
    }

    @Override
    List<String> classPath(MavenProject project) throws DependencyResolutionRequiredException {
        return project.getTestClasspathElements();
    }
}
