package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fermata.transformer.ClassFacts.Fact;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.folder.NestRecord.Member;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTextTest {
    @Test
    void what_is_written_is_read_back() {
        MethodReport total = new MethodReport(
                "total",
                "(I)Ldev/fermata/Coroutine;",
                Kind.COLD,
                false,
                12,
                List.of(
                        new Point(
                                1, 13, "await price(String)", List.of(saved("left"), saved("a\tb\\n\n")), List.of("x")),
                        new Point(2, 14, "close of \"r\"", List.of(), List.of())),
                "com/acme/Shop$total",
                40,
                52,
                96);
        MethodReport lambda = new MethodReport("lambda$0", "()V", Kind.HOT, true, 0, List.of(), "F", 1, 2, 0);
        Member member = new Member("11", "22");
        NestRecord record = new NestRecord(
                "com/acme/Shop",
                "weaver",
                new TreeMap<>(Map.of("com/acme/Shop", member, "com/acme/Shop$A", member, "com/acme/Shop$B", member)),
                new TreeMap<>(Map.of("com/acme/Shop$total", "33")),
                new TreeMap<>(Map.of(
                        "java/lang/Object", Optional.of(new Fact(null, List.of(), false)),
                        "java/util/List", Optional.of(new Fact("java/lang/Object", List.of("I", "J"), true)),
                        "com/acme/Missing", Optional.empty())),
                new TreeMap<>(Map.of(
                        "com/acme/Shop$A", new ClassReport("com.acme.Shop$A", "Shop.java", List.of(total, lambda)),
                        "com/acme/Shop$B", new ClassReport("com.acme.Shop$B", null, List.of(lambda)))),
                null);

        assertEquals(new TreeMap<>(Map.of("com/acme/Shop", record)), ReportText.read(ReportText.write(record)));
        NestRecord replacing = record.replacing(new NestRecord.Replacing(
                new TreeMap<>(Map.of("com/acme/Shop", "44")), new TreeMap<>(Map.of("com/acme/Shop$gone", "55"))));
        assertEquals(new TreeMap<>(Map.of("com/acme/Shop", replacing)), ReportText.read(ReportText.write(replacing)));
        assertEquals(record, replacing.finished());
    }

    @Test
    void record_has_the_reports_it_names_and_one_of_an_earlier_version_those_of_all_members() {
        SortedMap<String, String> files = new TreeMap<>(Map.of(
                "Bank",
                        "fermata-report\t2\nweaver\tw\nreport\tBank$Door\nmember\tBank$Door\t1\t2\nmember\tBank$Safe\t1\t1\n",
                "Bank$Door", "fermata-report\t2\nclass\tBank$Door\t\n",
                "Bank$Safe", "fermata-report\t2\nclass\tBank$Safe\t\n"));
        assertEquals(
                Set.of("Bank$Door"),
                ReportText.read(files).get("Bank").reports().keySet());
        files.compute("Bank", (name, text) -> text.replace("report\tBank$Door\n", ""));
        assertEquals(
                Set.of("Bank$Door", "Bank$Safe"),
                ReportText.read(files).get("Bank").reports().keySet());
    }

    @Test
    void file_of_another_format_is_refused_with_the_class_name() {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class,
                () -> ReportText.read(new TreeMap<>(Map.of("com/acme/Shop", "fermata-report\t99\n"))));
        assertEquals("the report of com.acme.Shop cannot be read", error.getMessage());
    }

    private static Saved saved(String name) {
        return new Saved(name, "int", "i0", "read later at line 14");
    }
}
