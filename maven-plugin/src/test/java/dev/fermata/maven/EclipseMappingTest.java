package dev.fermata.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What Eclipse's m2e is told to do with the goals. */
class EclipseMappingTest {
    private final Document mapping = resource("META-INF/m2e/lifecycle-mapping-metadata.xml");

    EclipseMappingTest() throws Exception {}

    @Test
    void every_goal_that_the_plugin_has_is_mapped_once_and_no_other() throws Exception {
        Document plugin = resource("META-INF/maven/plugin.xml");
        List<String> goals = elements(plugin, "mojo").stream()
                .map(it -> it.getElementsByTagName("goal").item(0).getTextContent())
                .sorted()
                .toList();
        assertEquals(List.of("inspect", "test-weave", "weave"), goals);
        assertEquals(
                goals,
                elements(mapping, "goal").stream()
                        .map(Element::getTextContent)
                        .sorted()
                        .toList());
    }

    @Test
    void goals_that_weave_run_after_each_build_of_eclipse() {
        Element execution = elements(mapping, "pluginExecution").stream()
                .filter(it -> it.getElementsByTagName("execute").getLength() == 1)
                .findFirst()
                .orElseThrow();
        assertEquals(2, execution.getElementsByTagName("goal").getLength());
        assertEquals("weave", execution.getElementsByTagName("goal").item(0).getTextContent());
        assertEquals(
                "test-weave", execution.getElementsByTagName("goal").item(1).getTextContent());
        assertEquals(
                "true",
                execution.getElementsByTagName("runOnIncremental").item(0).getTextContent());
    }

    private static Document resource(String name) throws Exception {
        try (InputStream in = EclipseMappingTest.class.getClassLoader().getResourceAsStream(name)) {
            assertNotNull(in, name);
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        }
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }
}
