package dev.fermata.woven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reports of all classes of this module, as the build left them. */
class ReportSchemaTest {
    @Test
    void each_report_is_what_the_schema_says() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/report-1.schema.json")), InputFormat.JSON);
        List<Path> reports;
        try (Stream<Path> files = Files.walk(Path.of("target/fermata/reports"))) {
            reports = files.filter(Files::isRegularFile).toList();
        }
        assertTrue(reports.size() > 50, "reports: " + reports.size());
        for (Path report : reports) {
            assertEquals(List.of(), schema.validate(Files.readString(report), InputFormat.JSON), () -> "in " + report);
        }
    }
}
