package dev.fermata.transformer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which part of the transformer may know which, and what of it callers see. */
class PackagesTest {
    private static final String ENTRY = "dev.fermata.transformer";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ENTRY);

    @Test
    void each_part_knows_only_those_below_it() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("entry")
                .definedBy(ENTRY)
                .layer("emit")
                .definedBy(ENTRY + ".emit")
                .layer("plan")
                .definedBy(ENTRY + ".plan")
                .layer("normalise")
                .definedBy(ENTRY + ".normalise")
                .layer("model")
                .definedBy(ENTRY + ".model")
                .layer("verify")
                .definedBy(ENTRY + ".verify")
                .layer("analysis")
                .definedBy(ENTRY + ".analysis")
                .layer("folder")
                .definedBy(ENTRY + ".folder")
                .layer("inspect")
                .definedBy(ENTRY + ".inspect")
                .whereLayer("inspect")
                .mayOnlyAccessLayers("folder", "entry")
                .whereLayer("folder")
                .mayOnlyAccessLayers("entry")
                .whereLayer("entry")
                .mayOnlyBeAccessedByLayers("folder", "inspect")
                .whereLayer("emit")
                .mayOnlyAccessLayers("plan", "model", "analysis")
                .whereLayer("plan")
                .mayOnlyAccessLayers("model", "analysis")
                .whereLayer("normalise")
                .mayOnlyAccessLayers("model", "analysis")
                .whereLayer("model")
                .mayOnlyAccessLayers("analysis")
                .whereLayer("verify")
                .mayOnlyAccessLayers("analysis")
                .whereLayer("analysis")
                .mayNotAccessAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(CLASSES);
    }

    @Test
    void packages_form_no_circle() {
        slices().matching(ENTRY + ".(*)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void questions_about_code_and_proofs_know_nothing_of_fermata() {
        noClasses()
                .that()
                .resideInAnyPackage(ENTRY + ".analysis", ENTRY + ".verify")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.fermata..")
                        .and(resideInAPackage(ENTRY + "..").negate()))
                .check(CLASSES);
    }

    @Test
    void callers_see_the_weaver_and_what_it_takes_and_returns() {
        Set<String> visible = CLASSES.stream()
                .filter(it -> it.getPackageName().equals(ENTRY) && it.isTopLevelClass())
                .filter(it -> it.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
        assertEquals(Set.of("ClassFacts", "ClassFile", "ClassReport", "Result", "Violation", "Weaver"), visible);
    }
}
