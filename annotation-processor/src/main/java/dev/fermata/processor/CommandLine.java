package dev.fermata.processor;

import dev.fermata.transformer.Violation;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.FileFailure;
import dev.fermata.transformer.folder.FolderLock;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import dev.fermata.transformer.folder.WeaveSummary;
import dev.fermata.transformer.inspect.Inspection;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import dev.fermata.transformer.inspect.InspectionJson;
import dev.fermata.transformer.inspect.InspectionPages;
import dev.fermata.transformer.inspect.InspectionText;
import dev.fermata.transformer.inspect.MethodFilter;
import dev.fermata.transformer.inspect.Terminal;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** {@code java -jar fermata-annotation-processor.jar weave DIR}: weaving and inspecting without a build tool. */
public final class CommandLine {
    private static final String USAGE = """
            Usage:
              java -jar fermata-annotation-processor.jar weave DIR [-cp PATH] [--state DIR]
                  weaves the class files in DIR, in place
              java -jar fermata-annotation-processor.jar inspect DIR|JAR [--sources PATH] [--state DIR]
                                                                   [--method NAME] [--json]
                  explains what weaving did to the class files in DIR, or in a JAR that was
                  made of them, and writes pages
              -cp PATH        the class path that DIR was compiled with
              --sources PATH  folders of sources, to be shown beside the states
              --method NAME   only the methods of this name: Fetcher.fetch, or fetch of any class
              --json          prints the classes of these methods as data, and writes no pages
              --state DIR     where originals and reports are kept between builds; without it
                              target/fermata or build/fermata where DIR is below such a folder,
                              and otherwise DIR.fermata; for a JAR, fermata in its folder or
                              the one above
            Exit codes: 0 done, 1 refused or failed, 2 wrong arguments.
            """;
    private static final int REFUSED = 1;
    private static final int WRONG_ARGUMENTS = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final String command;
    private Path folder = Path.of("");
    private List<Path> classPath = List.of();
    private List<Path> sources = List.of();
    private String state = "";
    private String method = "";
    private boolean json;

    private CommandLine(PrintStream out, PrintStream err, String command) {
        this.out = out;
        this.err = err;
        this.command = command;
    }

    /** Runs a command and ends the process. */
    public static void main(String[] arguments) {
        System.exit(run(System.out, System.err, arguments));
    }

    /** The same without an end; returns the exit code. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        if (Arrays.stream(arguments).anyMatch(List.of("--help", "-h")::contains)
                || List.of(arguments).equals(List.of("help"))) {
            out.print(USAGE);
            return 0;
        }
        CommandLine line = new CommandLine(out, err, arguments.length == 0 ? "" : arguments[0]);
        try {
            line.take(new ArrayDeque<>(Arrays.asList(arguments)));
        } catch (IllegalArgumentException e) { // also of a path that is none
            err.println("Fermata: " + e.getMessage());
            err.print(USAGE);
            return WRONG_ARGUMENTS;
        }
        try {
            return line.execute();
        } catch (IOException | UncheckedIOException e) {
            err.println("Fermata: " + FileFailure.describe(e));
            return REFUSED;
        }
    }

    private void take(Deque<String> arguments) {
        if (!List.of("weave", "inspect").contains(command)) {
            throw new IllegalArgumentException(
                    command.isEmpty() ? "what shall be done?" : "unknown command " + command);
        }
        arguments.remove();
        boolean named = false;
        while (!arguments.isEmpty()) {
            String argument = arguments.remove();
            switch (argument) {
                case "-cp", "--class-path" -> classPath = paths(value(argument, arguments));
                case "--sources" -> sources = paths(value(argument, arguments));
                case "--state" -> state = value(argument, arguments);
                case "--method" -> method = value(argument, arguments);
                case "--json" -> json = true;
                default -> {
                    if (argument.startsWith("-") || named) {
                        throw new IllegalArgumentException("unexpected argument " + argument);
                    }
                    folder = Path.of(argument);
                    named = true;
                }
            }
        }
        if (!named) {
            throw new IllegalArgumentException("which folder?");
        }
        boolean jar = command.equals("inspect") && Files.isRegularFile(folder);
        if (!Files.isDirectory(folder) && !jar) {
            throw new IllegalArgumentException(folder + " is no folder");
        }
    }

    private static String value(String option, Deque<String> arguments) {
        String value = arguments.poll();
        if (value == null) {
            throw new IllegalArgumentException(option + " wants a value");
        }
        return value;
    }

    private static List<Path> paths(String list) throws InvalidPathException {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(list)
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toList();
    }

    private int execute() throws IOException {
        if (Files.isRegularFile(folder)) {
            return inspectJar();
        }
        WeavingFolders folders;
        try {
            folders = WeavingFolders.of(folder, state);
        } catch (IllegalArgumentException e) {
            err.println("Fermata: " + e.getMessage());
            return WRONG_ARGUMENTS;
        }
        return command.equals("weave") ? weave(folders) : inspect(folders);
    }

    private int weave(WeavingFolders folders) throws IOException {
        List<Path> whole = new ArrayList<>(List.of(folders.output()));
        whole.addAll(classPath);
        WeaveSummary summary = WeaveRun.run(
                new WeaveRun.Request(
                        folders.output(),
                        folders.fermata(),
                        folders.kind(),
                        whole,
                        new ClassNameFilter(List.of(), List.of()),
                        true),
                NestWeaver.real(),
                Disk.REAL,
                err::println);
        summary.warnings().forEach(it -> err.println("warning: " + it.message()));
        summary.strays().forEach(it -> err.println("error: " + it.message()));
        summary.violations().stream().map(Violation::message).forEach(text -> err.println("error: " + text));
        for (WeaveSummary.Bug bug : summary.bugs()) {
            err.println("error: " + bug.what());
            bug.cause().printStackTrace(err);
        }
        out.println(summary.line());
        boolean good = summary.strays().isEmpty()
                && summary.violations().isEmpty()
                && summary.bugs().isEmpty();
        return good ? 0 : REFUSED;
    }

    private int inspectJar() throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(folder)) {
            return inspect(WeavingFolders.ofJar(folder, jar.getPath("/"), state));
        } catch (ProviderNotFoundException e) {
            err.println("Fermata: " + folder + " is neither a folder nor a jar");
            return WRONG_ARGUMENTS;
        }
    }

    private int inspect(WeavingFolders folders) throws IOException {
        if (!Files.isDirectory(folders.fermata())) {
            err.println("Fermata: nothing was woven here; there is no " + folders.fermata());
            return REFUSED;
        }
        try (FolderLock lock = FolderLock.acquire(folders.fermata(), err::println)) {
            Inspection inspection = Inspection.of(
                    folders.output(),
                    folders.fermata(),
                    folders.kind(),
                    new Inspection.Sources(sources, StandardCharsets.UTF_8));
            inspection.problems().forEach(it -> err.println("warning: " + it.text()));
            MethodFilter printed = method.isEmpty() ? MethodFilter.ofClass(null) : MethodFilter.ofMethod(method);
            List<Inspected> chosen =
                    inspection.classes().stream().filter(printed::isChosen).toList();
            if (chosen.isEmpty() && !method.isEmpty()) {
                err.println("Fermata: there is no async method named " + method
                        + ". Name it as in --method Shop.buy, without" + " parameters");
                return REFUSED;
            }
            if (json) {
                // Whatever the terminal's charset is.
                out.writeBytes(InspectionJson.of(chosen, inspection.problems()).getBytes(StandardCharsets.UTF_8));
                return 0;
            }
            boolean coloured = Terminal.isColoured();
            for (Inspected inspected : chosen) {
                out.println(InspectionText.of(inspected, printed, coloured));
            }
            out.println("Fermata: see "
                    + InspectionPages.write(inspection.classes(), inspection.problems(), folders.fermata()));
        }
        return 0;
    }
}
