import coffer.ApiClient;
import coffer.ApiException;
import coffer.api.AccountApi;
import coffer.api.AssetsApi;
import coffer.api.RegistrationApi;
import coffer.api.SignInApi;
import coffer.model.AssetPage;
import coffer.model.LoginRequest;
import coffer.model.Problem;
import coffer.model.RefreshTokenRequest;
import coffer.model.RegisterRequest;
import coffer.model.TokenDelivery;
import coffer.model.Tokens;
import coffer.model.VerifyLoginRequest;
import coffer.model.VerifyRegistrationRequest;
import java.awt.image.BufferedImage;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Signs in, uploads, reads pages, refreshes and handles a problem with the client that `npm run sdks` generates. */
public class Example {
  static final String URL = System.getenv().getOrDefault("COFFER_URL", "http://localhost:3000");
  static final String MAILBOX = System.getenv().getOrDefault("MAILBOX_URL", "http://localhost:3001/mailbox");
  static final String EMAIL = UUID.randomUUID() + "@example.com";
  static final String PASSWORD = "a river runs through it";

  /** Creates a client, with or without the access token of a session. */
  static ApiClient client(String accessToken) {
    ApiClient client = new ApiClient().setBasePath(URL);
    if (accessToken != null) client.setBearerToken(accessToken);
    return client;
  }

  /** Returns the code from an e-mail in the local mailbox; a real app asks the user for it. */
  static String mailedCode(String subject) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(MAILBOX + "/messages?to=" + EMAIL)).build();
    Pattern mail = Pattern.compile(subject + "(?:(?!\"subject\").)*?\\\\n\\s*(\\d{6})\\s*\\\\n", Pattern.DOTALL);
    for (int attempt = 0; attempt < 100; attempt++) {
      String text = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      var match = mail.matcher(text);
      if (match.find()) return match.group(1);
      Thread.sleep(100);
    }
    throw new IllegalStateException("no e-mail: " + subject);
  }

  static File picture(int side) throws Exception {
    File file = new File(Files.createTempDirectory("coffer").toFile(), side + ".png");
    ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "png", file);
    return file;
  }

  static void check(boolean holds) {
    if (!holds) throw new AssertionError();
  }

  public static void main(String[] arguments) throws Exception {
    SignInApi signIn = new SignInApi(client(null));
    RegistrationApi registration = new RegistrationApi(client(null));

    var first = registration.register(new RegisterRequest().email(EMAIL).password(PASSWORD).name("Ada"), null);
    registration.verifyRegistration(new VerifyRegistrationRequest()
        .challengeId(first.getChallengeId()).code(mailedCode("registration code")));

    var challenge = signIn.login(new LoginRequest().email(EMAIL).password(PASSWORD));
    Tokens tokens = signIn.verifyLogin(new VerifyLoginRequest()
        .challengeId(challenge.getChallengeId())
        .code(mailedCode("sign-in code"))
        .delivery(TokenDelivery.BODY));
    System.out.println("signed in as " + tokens.getUser().getEmail());

    AssetsApi assets = new AssetsApi(client(tokens.getAccessToken()));
    List<String> tags = List.of("black", "square");
    for (var files : List.of(List.of(picture(1), picture(2)), List.of(picture(3)))) {
      for (var asset : assets.uploadAssets(UUID.randomUUID().toString(), tags, null, null, null, files).getItems()) {
        System.out.println("uploaded " + asset.getFilename() + " " + asset.getWidth() + " pixels wide " + asset.getTags());
        check(asset.getTags().equals(tags));
      }
    }

    List<String> names = new ArrayList<>();
    String cursor = null;
    int pages = 0;
    do {
      AssetPage page = assets.listAssets(2, cursor, null, "filename", null, "square", null, null);
      page.getItems().forEach(asset -> names.add(asset.getFilename()));
      cursor = page.getNextCursor();
      pages++;
    } while (cursor != null);
    System.out.println("walked " + pages + " pages: " + String.join(" ", names));
    check(pages == 2 && names.equals(List.of("1.png", "2.png", "3.png")));

    Tokens refreshed = signIn.refreshToken(new RefreshTokenRequest().refreshToken(tokens.getRefreshToken()));
    check(!refreshed.getRefreshToken().equals(tokens.getRefreshToken()));
    check(new AccountApi(client(refreshed.getAccessToken())).getProfile(null).getEmail().equals(EMAIL));
    System.out.println("refreshed");

    try {
      new AssetsApi(client(refreshed.getAccessToken())).getAsset("nothing", null);
      throw new AssertionError("something was found");
    } catch (ApiException error) {
      Problem problem = Problem.fromJson(error.getResponseBody());
      check(problem.getCode().equals("NOT_FOUND"));
      System.out.println("handled " + problem.getStatus() + " " + problem.getCode() + ": " + problem.getDetail());
    }
  }
}
