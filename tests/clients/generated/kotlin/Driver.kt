// Calls with the models that openapi-generator writes for Kotlin; `java.net.http` sends them.
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.Base64
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.serializer
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.ErrorBody
import org.openapitools.client.models.SourceParameters
import org.openapitools.client.models.SourceType

// The generated settings, less the parameters that are not given: those are left out.
val json = Json(Serializer.kotlinxSerializationJson) { encodeDefaults = false }

fun send(method: String, url: String, key: String, body: String?): HttpResponse<String> {
    val publisher = if (body == null) HttpRequest.BodyPublishers.noBody() else HttpRequest.BodyPublishers.ofString(body)
    val request = HttpRequest.newBuilder(URI(url)).method(method, publisher)
    val token = Base64.getEncoder().encodeToString("$key:".toByteArray())
    if (key.isNotEmpty()) request.header("Authorization", "Basic $token")
    if (body != null) request.header("Content-Type", "application/json")
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString())
}

// The call of generators.md: it is compiled, and not run.
fun example(url: String, key: String): HttpResponse<String> {
    val request = SourceParameters(amount = 10000, currency = "THB", type = SourceType.promptpay)
    val body = json.encodeToString(SourceParameters.serializer(), request)
    return send("POST", "$url/sources", key, body)
}

// What a model of this name reads, as it writes it.
fun read(model: String, text: String): JsonElement {
    val serializer = serializer(Class.forName("org.openapitools.client.models.$model"))
    return json.encodeToJsonElement(serializer, json.decodeFromString(serializer, text))
}

fun answer(call: JsonObject): JsonObject {
    fun text(name: String) = call[name]?.jsonPrimitive?.contentOrNull
    val body = text("request")?.let { read(it, call["arguments"]!!.jsonObject["body"].toString()).toString() }
    val answered = send(text("method")!!, text("url") + text("target"), text("key") ?: "", body)
    if (answered.statusCode() == 200) {
        return JsonObject(mapOf("value" to read(text("answer")!!, answered.body())))
    }
    val error = json.decodeFromString(ErrorBody.serializer(), answered.body())
    return JsonObject(
        mapOf(
            "status" to JsonPrimitive(answered.statusCode()),
            "error" to json.encodeToJsonElement(ErrorBody.serializer(), error),
        ),
    )
}

fun main() {
    for (line in generateSequence(::readLine)) {
        val answered = try {
            answer(Json.parseToJsonElement(line).jsonObject)
        } catch (error: Exception) {
            JsonObject(mapOf("failure" to JsonPrimitive(error.toString())))
        }
        println(answered)
    }
}
