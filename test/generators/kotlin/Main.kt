import java.io.File
import java.net.URI
import org.openapitools.client.apis.AssetsApi
import org.openapitools.client.apis.SignInApi
import org.openapitools.client.infrastructure.ApiClient
import org.openapitools.client.infrastructure.ClientError
import org.openapitools.client.infrastructure.ClientException
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.LoginRequest
import org.openapitools.client.models.Problem
import org.openapitools.client.models.TokenDelivery
import org.openapitools.client.models.VerifyLoginRequest

val url: String = System.getenv("COFFER_URL")
val email: String = System.getenv("EMAIL")

fun mailedCode(): String {
  val mail = Regex("sign-in code(?:(?!\"subject\").)*?\\\\n\\s*(\\d{6})\\s*\\\\n", RegexOption.DOT_MATCHES_ALL)
  while (true) {
    val text = URI("${System.getenv("MAILBOX_URL")}/messages?to=$email").toURL().readText()
    mail.find(text)?.let { return it.groupValues[1] }
    Thread.sleep(50)
  }
}

fun picture(name: String) = File(System.getenv("PICTURES"), name)

/** Signs in, uploads, walks through pages and handles an error with the client that OpenAPI Generator writes for Kotlin. */
fun main() {
  val signIn = SignInApi(url)
  val challenge = signIn.login(LoginRequest(email = email, password = System.getenv("PASSWORD")))
  val verify = VerifyLoginRequest(challengeId = challenge.challengeId, code = mailedCode(), delivery = TokenDelivery.body)
  ApiClient.accessToken = signIn.verifyLogin(verify).accessToken

  val assets = AssetsApi(url)
  val uploaded = assets.uploadAssets(tags = listOf("black", "square"), file = listOf(picture("1.png"), picture("2.png")))
  println("tags " + uploaded.items.map { it.tags.map { tag -> "\"$tag\"" } }.toString().replace(" ", ""))

  var pages = 0
  var page = assets.listAssets(limit = 2, sort = AssetsApi.SortListAssets.FILENAME)
  do {
    pages++
    val cursor = page.nextCursor ?: break
    page = assets.listAssets(limit = 2, sort = AssetsApi.SortListAssets.FILENAME, cursor = cursor)
  } while (true)
  println("pages $pages bytes ${page.items.last().bytes}")

  try {
    assets.getAsset("nothing")
  } catch (error: ClientException) {
    val body = (error.response as ClientError<*>).body as String
    println("${error.statusCode} ${Serializer.moshi.adapter(Problem::class.java).fromJson(body)!!.code}")
  }
}
