package dev.tributary;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** The house rules of DESIGN section 2 that a compiler does not hold. */
@AnalyzeClasses(packagesOf = TributaryApplication.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest static final ArchRule fieldsAreNotInjected = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest static final ArchRule nobodyPrints = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule namesSayWhatATypeIs =
            noClasses().should().haveNameMatching(".*(Impl|Utils?|Helper|Manager|DTO|Dto)$");

    @ArchTest
    static final ArchRule storesStayHidden =
            classes()
                    .that()
                    .resideInAnyPackage("..pgvector..", "..qdrant..")
                    .and()
                    .haveSimpleNameNotEndingWith("package-info")
                    .should()
                    .notBePublic()
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule thePortKnowsNoFramework =
            noClasses()
                    .that()
                    .resideInAnyPackage("..vector", "..failure")
                    .and()
                    .haveSimpleNameNotEndingWith("package-info")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.springframework..",
                            "java.sql..",
                            "javax.sql..",
                            "org.postgresql..",
                            "com.pgvector..",
                            "tools.jackson..",
                            "com.fasterxml..");

    @ArchTest static final ArchRule pgvectorIsAnEdge = edge("pgvector");
    @ArchTest static final ArchRule qdrantIsAnEdge = edge("qdrant");
    @ArchTest static final ArchRule observeIsAnEdge = edge("observe");
    @ArchTest static final ArchRule webIsAnEdge = edge("web");

    private static ArchRule edge(String module) {
        return classes()
                .that()
                .resideInAPackage("dev.tributary." + module)
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAPackage("dev.tributary." + module)
                .because("nobody depends on " + module)
                .allowEmptyShould(true);
    }

    @Test
    void modulesDependOnlyOnWhatTheyDeclare() {
        ApplicationModules.of(TributaryApplication.class).verify();
    }
}
