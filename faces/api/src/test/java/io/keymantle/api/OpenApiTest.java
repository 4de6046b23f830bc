package io.keymantle.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documents name the routes that are served, and no others.
final class OpenApiTest {
  private static final Path REFERENCE = Path.of("../../docs/reference");
  private static final Pattern PATH = Pattern.compile("^  \"?(/v1/[^\":]+)\"?:$");
  private static final Pattern METHOD = Pattern.compile("^    (get|post|put|patch|delete):$");

  @TempDir Path folder;

  @Test
  void agentDocument_namesTheAgentRoutes() throws IOException {
    try (TestApi api = new TestApi(folder)) {
      assertThat(documented("openapi.yaml")).isEqualTo(served(api.agentTable()));
    }
  }

  @Test
  void adminDocument_namesTheAdminRoutes() throws IOException {
    try (TestApi api = new TestApi(folder)) {
      assertThat(documented("openapi-admin.yaml")).isEqualTo(served(api.adminTable()));
    }
  }

  private static Set<String> served(RouteTable table) {
    Set<String> routes = new TreeSet<>();
    table.routes().forEach(route -> routes.add(route.toString()));
    return routes;
  }

  private static Set<String> documented(String file) throws IOException {
    Set<String> routes = new TreeSet<>();
    String path = "";
    for (String line : Files.readAllLines(REFERENCE.resolve(file))) {
      Matcher found = PATH.matcher(line);
      if (found.matches()) {
        path = found.group(1);
      }
      Matcher method = METHOD.matcher(line);
      if (method.matches()) {
        routes.add(method.group(1).toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    return routes;
  }
}
