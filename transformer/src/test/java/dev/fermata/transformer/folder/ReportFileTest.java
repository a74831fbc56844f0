package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.transformer.ClassFacts.Fact;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.Reports;
import dev.fermata.transformer.folder.NestRecord.Member;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportFileTest {
    private static final Member MEMBER = new Member("11", "22");

    private static final NestRecord RECORD = new NestRecord(
            "com/acme/Shop",
            "weaver",
            new TreeMap<>(Map.of("com/acme/Shop", MEMBER, "com/acme/Shop$A", MEMBER, "com/acme/Shop$B", MEMBER)),
            new TreeMap<>(Map.of("com/acme/Shop$total", "33")),
            new TreeMap<>(Map.of(
                    "java/lang/Object", Optional.of(new Fact(null, List.of(), false)),
                    "java/util/List", Optional.of(new Fact("java/lang/Object", List.of("I", "J"), true)),
                    "com/acme/Missing", Optional.empty())),
            new TreeSet<>(Set.of("com/acme/Shop", "com/acme/Shop$B")),
            null);

    private static final ClassReport REPORT = Reports.report(
            "com.acme.Shop",
            null,
            Reports.method(
                    "total",
                    "(I)Ldev/fermata/Coroutine;",
                    Kind.COLD,
                    false,
                    12,
                    Reports.point(1, 13, "await price(String)", List.of(saved("left"), saved("a\tb\\n\n\u2028")), "x"),
                    Reports.point(2, 14, "close of \"r\"", List.of())),
            Reports.method("lambda$0", "()V", Kind.HOT, true, 0));

    private static Saved saved(String name) {
        return Reports.saved(name, "int", "i0", "read later at line 14");
    }

    @Test
    void what_is_written_is_read_back() {
        for (ReportFile file : List.of(
                new ReportFile(RECORD, REPORT),
                new ReportFile(null, REPORT),
                new ReportFile(RECORD, null),
                new ReportFile(
                        RECORD.replacing(new NestRecord.Replacing(
                                new TreeMap<>(Map.of("com/acme/Shop", "44")),
                                new TreeMap<>(Map.of("com/acme/Shop$gone", "55")))),
                        REPORT))) {
            String text = file.write();
            assertEquals(file, ReportFile.read("com/acme/Shop", text));
            assertEquals(file.nest(), ReportFile.readNest("com/acme/Shop", text));
            assertEquals(text, ReportFile.read("com/acme/Shop", text).write());
        }
    }

    /** A build reads hundreds of records and nobody's explanation. */
    @Test
    void record_is_read_without_what_is_behind_it() {
        String text = new ReportFile(RECORD, REPORT).write();
        String cut = text.substring(0, text.indexOf("\"methods\""));
        assertEquals(RECORD, ReportFile.readNest("com/acme/Shop", cut));
        assertThrows(IllegalArgumentException.class, () -> ReportFile.read("com/acme/Shop", cut));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "fermata-report\t2\n",
                "{}",
                "{\"schema\":\"1\"}",
                "{\"schema\":1,\"nest\":3}",
                "{\"schema\":1,\"nest\":{}}",
                "{\"schema\":1} {}",
                "{\"schema\":1,\"class\":{\"name\":\"Shop\"}}",
                "{\"schema\":1,\"class\":{\"name\":\"Shop\",\"version\":\"1\",\"methods\":[1]}}",
                "{'schema':1}",
                "{\"schema\":1e99}"
            })
    void file_that_is_no_report_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ReportFile.read("Shop", text));
    }

    @Test
    void file_of_another_version_is_refused_and_says_which() {
        String text = new ReportFile(RECORD, REPORT).write().replace("{\"schema\":1,", "{\"schema\":2,");
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> ReportFile.readNest("com/acme/Shop", text));
        assertEquals("its schema is 2, not 1", error.getMessage());
        assertTrue(text.endsWith("\n"));
    }
}
