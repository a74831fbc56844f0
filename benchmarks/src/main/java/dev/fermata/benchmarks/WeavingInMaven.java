package dev.fermata.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What weaving costs a build, cold, as a user has it: {@code mvn process-classes} of a project of 2,000 classes of which 1 %
 * of the methods are async. The time of {@code fermata:weave} beside that of {@code compiler:compile} in the same build. Both
 * are from the line that Maven prints for a goal to the next one, so each has its plugin's class loader in it.
 *
 * <p>Maven takes Fermata from the modules' {@code target} folders, by a local repository that is made for this and that links
 * to everything else in the user's. Nothing is installed.
 */
final class WeavingInMaven {
    private static final int BUILDS = 5;
    private static final int CLASSES = 2_000;
    private static final int CLASSES_OF_A_PACKAGE = 50; // the first of them has four async methods: 1 % of all
    private static final int METHODS = 8;
    private static final int ASYNC_METHODS = 4;
    private static final List<String> MODULES =
            List.of("fermata-parent", "fermata-runtime", "fermata-transformer", "fermata-maven-plugin");

    private final Path root;
    private final Path folder;
    private final String version;

    private WeavingInMaven(Path root, Path folder) throws IOException {
        this.root = root;
        this.folder = folder;
        version = version(root);
    }

    /** Takes the number of builds, if not 5. Runs in Fermata's own folder, whose modules have been packaged. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int builds = args.length == 0 ? BUILDS : Integer.parseInt(args[0]);
        Path folder = Files.createTempDirectory("weaving-in-maven");
        try {
            WeavingInMaven project = new WeavingInMaven(Path.of("").toAbsolutePath(), folder);
            project.makeRepository();
            project.makeProject();
            List<Build> measured = new ArrayList<>();
            for (int i = 0; i < builds; i++) {
                delete(folder.resolve("target"));
                measured.add(project.build());
            }
            report(measured);
        } finally {
            delete(folder);
        }
    }

    /** The times of the two goals in one build, in milliseconds. */
    private record Build(double compile, double weave) {
        double share() {
            return 100 * weave / compile;
        }
    }

    private static void report(List<Build> builds) {
        System.out.printf(
                Locale.ROOT,
                "%nweaving in Maven, %d classes, 1 %% of the methods async, JDK %s, %d builds%n",
                CLASSES,
                Runtime.version(),
                builds.size());
        for (Build build : builds) {
            System.out.printf(
                    Locale.ROOT,
                    "compile %8.0f ms, weave %6.0f ms: %.1f %%%n",
                    build.compile(),
                    build.weave(),
                    build.share());
        }
        double share = builds.stream().mapToDouble(Build::share).sorted().toArray()[builds.size() / 2];
        System.out.printf(
                Locale.ROOT,
                "goal: at most 3 %% of the compiler's time, median of the shares: %.1f %%: %s%n",
                share,
                share <= 3 ? "met" : "MISSED");
    }

    private Build build() throws IOException, InterruptedException {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        ProcessBuilder command = new ProcessBuilder(
                        windows ? "mvn.cmd" : "mvn",
                        "-o",
                        "-B",
                        "-Dmaven.repo.local=" + folder.resolve("repository"),
                        "process-classes")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process maven = command.start();
        List<String> lines = new ArrayList<>();
        double compile = 0;
        double weave = 0;
        String goal = "";
        long since = System.nanoTime();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(maven.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                boolean begins = line.contains("] --- ");
                if (begins || line.contains("BUILD SUCCESS")) {
                    long now = System.nanoTime();
                    double millis = (now - since) / 1e6;
                    compile += goal.contains(":compile ") ? millis : 0;
                    weave += goal.contains(":weave ") ? millis : 0;
                    goal = begins ? line : "";
                    since = now;
                }
            }
        }
        if (maven.waitFor() != 0 || compile == 0 || lines.stream().noneMatch(it -> it.contains(wovenLine()))) {
            throw new IllegalStateException("could not be measured:\n" + String.join("\n", lines));
        }
        return new Build(compile, weave);
    }

    private static String wovenLine() {
        int classes = CLASSES / CLASSES_OF_A_PACKAGE;
        return "wove " + classes * ASYNC_METHODS + " async methods in " + classes + " classes";
    }

    private void makeProject() throws IOException {
        Files.writeString(folder.resolve("pom.xml"), """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.acme</groupId>
                  <artifactId>tree</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <dependencies>
                    <dependency>
                      <groupId>dev.fermata</groupId>
                      <artifactId>fermata-runtime</artifactId>
                      <version>VERSION</version>
                    </dependency>
                  </dependencies>
                  <build>
                    <plugins>
                      <plugin>
                        <artifactId>maven-resources-plugin</artifactId>
                        <version>RESOURCES</version>
                      </plugin>
                      <plugin>
                        <artifactId>maven-compiler-plugin</artifactId>
                        <version>COMPILER</version>
                      </plugin>
                      <plugin>
                        <groupId>dev.fermata</groupId>
                        <artifactId>fermata-maven-plugin</artifactId>
                        <version>VERSION</version>
                        <executions>
                          <execution>
                            <goals>
                              <goal>weave</goal>
                            </goals>
                          </execution>
                        </executions>
                      </plugin>
                    </plugins>
                  </build>
                </project>
                """.replace("VERSION", version)
                .replace("COMPILER", pluginVersion("maven-compiler-plugin"))
                .replace("RESOURCES", pluginVersion("maven-resources-plugin")));
        for (int i = 0; i < CLASSES; i++) {
            String name = "p" + i / CLASSES_OF_A_PACKAGE;
            Path file = folder.resolve("src/main/java/com/acme/" + name + "/C" + i + ".java");
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, source(i, name));
        }
    }

    private static String source(int number, String packageName) {
        StringBuilder text = new StringBuilder("package com.acme." + packageName + ";\n");
        text.append("import static dev.fermata.Asyncio.*;\nimport dev.fermata.*;\nimport java.util.*;\n");
        text.append("public class C" + number + " {\n");
        boolean hasAsync = number % CLASSES_OF_A_PACKAGE == 0;
        for (int i = 0; i < METHODS; i++) {
            text.append(hasAsync && i < ASYNC_METHODS ? asyncMethod(i) : method(i, number));
        }
        return text.append("}\n").toString();
    }

    private static String asyncMethod(int number) {
        return String.format(Locale.ROOT, """
                  @Async static Coroutine<Integer> m%1$d(int n, String name) {
                    int sum = 0;
                    for (int i = 0; i < n; i++) {
                      try { sum += await(m%1$d(i, name + i)); } catch (IllegalStateException e) { sum--; }
                    }
                    return done(sum + name.length());
                  }
                """, number);
    }

    private static String method(int number, int factor) {
        return String.format(Locale.ROOT, """
                  static int m%d(List<String> names, Map<String, Integer> known) {
                    int sum = 0;
                    for (String name : names) {
                      Integer value = known.get(name.trim().toLowerCase(Locale.ROOT));
                      if (value == null) { value = name.length(); known.put(name, value); }
                      sum += names.stream().filter(it -> it.startsWith(name)).mapToInt(String::length).sum() + value;
                    }
                    return sum * %d;
                  }
                """, number, factor);
    }

    /** The user's repository by links, and in it Fermata as it was packaged. */
    private void makeRepository() throws IOException {
        Path users = usersRepository();
        Path repository = folder.resolve("repository");
        linkAll(users, repository, "dev");
        linkAll(users.resolve("dev"), repository.resolve("dev"), "fermata");
        Map<String, String> folders = Map.of("fermata-parent", ".");
        for (String module : MODULES) {
            Path from = root.resolve(folders.getOrDefault(module, module.substring("fermata-".length())));
            Path to = Files.createDirectories(
                    repository.resolve("dev/fermata").resolve(module).resolve(version));
            String name = module + "-" + version;
            Files.copy(from.resolve("pom.xml"), to.resolve(name + ".pom"));
            if (!module.equals("fermata-parent")) {
                Files.copy(
                        from.resolve("target/" + name + ".jar"),
                        to.resolve(name + ".jar"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void linkAll(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> all = Files.list(from)) {
            for (Path each : all.toList()) {
                String name = each.getFileName().toString();
                if (!name.equals(except)) {
                    Files.createSymbolicLink(to.resolve(name), each);
                }
            }
        }
    }

    private static Path usersRepository() {
        String chosen = System.getProperty("maven.repo.local");
        return chosen == null ? Path.of(System.getProperty("user.home"), ".m2", "repository") : Path.of(chosen);
    }

    /** The parent's own, which is the first with a version that is its. */
    private static String version(Path root) throws IOException {
        String pom = Files.readString(root.resolve("pom.xml"));
        return between(
                pom.substring(pom.indexOf("<artifactId>fermata-parent</artifactId>")), "<version>", "</version>");
    }

    /** The one that Fermata's build has, which is therefore in the repository. */
    private String pluginVersion(String plugin) throws IOException {
        String pom = Files.readString(root.resolve("pom.xml"));
        int at = pom.indexOf("<artifactId>" + plugin + "</artifactId>");
        if (at < 0) {
            throw new IllegalStateException("the parent's pom.xml names no version of " + plugin);
        }
        return between(pom.substring(at), "<version>", "</version>");
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }

    /** Links are deleted and not followed. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
