package dev.capstan.e2e.seam;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/**
 * The bytecode of every module, without tests and what protobuf generates. Reading it takes a
 * while: once.
 */
final class ProductionClasses {

  static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !isGenerated(location))
          .importPackages("dev.capstan");

  private ProductionClasses() {}

  private static boolean isGenerated(Location location) {
    return location.contains("dev/capstan/api/v1") || location.contains("-tests.jar");
  }
}
