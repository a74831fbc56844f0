package dev.fermata.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.maven.model.Build;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestWeaveMojoTest {
    @ParameterizedTest
    @CsvSource({"target/test-classes, test-classes", "target/classes, classes"})
    void one_folder_has_one_set_of_records_also_where_main_classes_and_tests_share_it(String output, String kind) {
        MavenProject project = new MavenProject();
        project.setBuild(new Build());
        project.getBuild().setOutputDirectory("target/classes");
        project.getBuild().setTestOutputDirectory(output);
        assertEquals(kind, new TestWeaveMojo().kind(project));
    }
}
