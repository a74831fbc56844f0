package dev.fermata.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Asyncio;
import dev.fermata.lowlevel.ThreadContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A system property names the implementation. */
class ChosenTest {
    /** Prints what a program prints that makes one step. */
    public static final class Program {
        private Program() {}

        public static void main(String[] args) {
            Asyncio.run(Asyncio.sleep(Duration.ZERO));
            System.out.println("ran");
        }
    }

    /** Says when it is put in place, and is the same on all threads. */
    public static final class Talking implements ThreadContext, ThreadContext.Snapshot, ThreadContext.Scope {
        @Override
        public Snapshot capture() {
            return this;
        }

        @Override
        public Scope install() {
            System.out.println("install");
            return this;
        }

        @Override
        public Snapshot remove() {
            System.out.println("remove");
            return this;
        }
    }

    private static String printedWith(String chosen) throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfermata.threadContext=" + chosen,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(jvm.getInputStream().readAllBytes(), UTF_8);
        jvm.waitFor();
        return printed;
    }

    @Test
    void another_implementation_takes_the_place_of_the_jars() throws Exception {
        assertEquals(
                "ran",
                printedWith(Talking.class.getName())
                        .replace(System.lineSeparator(), " ")
                        .replace("install remove ", "")
                        .strip());
        assertTrue(printedWith(Talking.class.getName()).startsWith("install"));
    }

    @Test
    void a_name_of_no_implementation_is_an_error_that_says_so() throws Exception {
        for (String wrong : new String[] {"com.acme.Missing", "java.lang.Object"}) {
            String printed = printedWith(wrong);
            assertTrue(printed.contains("-Dfermata.threadContext=" + wrong + " must name a public class"), printed);
        }
    }
}
