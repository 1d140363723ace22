import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.AssetsApi;
import org.openapitools.client.api.SignInApi;
import org.openapitools.client.model.Asset;
import org.openapitools.client.model.AssetPage;
import org.openapitools.client.model.LoginRequest;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.TokenDelivery;
import org.openapitools.client.model.VerifyLoginRequest;

/** Signs in, uploads, walks through pages and handles an error with the client that OpenAPI Generator writes for Java. */
public class Main {
  static final String URL = System.getenv("COFFER_URL");
  static final String EMAIL = System.getenv("EMAIL");

  static String mailedCode() throws Exception {
    var request = HttpRequest.newBuilder(URI.create(System.getenv("MAILBOX_URL") + "/messages?to=" + EMAIL)).build();
    var mail = Pattern.compile("sign-in code(?:(?!\"subject\").)*?\\\\n\\s*(\\d{6})\\s*\\\\n", Pattern.DOTALL);
    while (true) {
      var match = mail.matcher(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
      if (match.find()) return match.group(1);
      Thread.sleep(50);
    }
  }

  static File picture(String name) {
    return new File(System.getenv("PICTURES"), name);
  }

  public static void main(String[] arguments) throws Exception {
    var signIn = new SignInApi(new ApiClient().setBasePath(URL));
    var challenge = signIn.login(new LoginRequest().email(EMAIL).password(System.getenv("PASSWORD")));
    var verify = new VerifyLoginRequest().challengeId(challenge.getChallengeId()).code(mailedCode()).delivery(TokenDelivery.BODY);
    var client = new ApiClient().setBasePath(URL);
    client.setBearerToken(signIn.verifyLogin(verify).getAccessToken());

    var assets = new AssetsApi(client);
    var tags = List.of("black", "square");
    var uploaded = assets.uploadAssets(null, tags, null, null, null, List.of(picture("1.png"), picture("2.png")));
    var quoted = uploaded.getItems().stream().map(Asset::getTags).map(all -> "[\"" + String.join("\",\"", all) + "\"]").toList();
    System.out.println("tags [" + String.join(",", quoted) + "]");

    int pages = 0;
    AssetPage page = null;
    do {
      page = assets.listAssets(2, page == null ? null : page.getNextCursor(), null, "filename", null, null, null, null);
      pages++;
    } while (page.getNextCursor() != null);
    System.out.println("pages " + pages + " bytes " + page.getItems().get(page.getItems().size() - 1).getBytes());

    try {
      assets.getAsset("nothing", null);
    } catch (ApiException error) {
      System.out.println(error.getCode() + " " + Problem.fromJson(error.getResponseBody()).getCode());
    }
  }
}
