import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

class Client {
  public static void main(String[] arguments) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(arguments[0]))
            .header("Authorization", "Bearer " + System.getenv("GITHUB_TOKEN"))
            .build();
    var reply = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    System.out.println(reply.statusCode() + " " + reply.body());
  }
}
