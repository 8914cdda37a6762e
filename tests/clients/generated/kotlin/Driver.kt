// Uses the models that openapi-generator writes for Kotlin; `java.net.http` sends the requests.
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
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.SourceParameters
import org.openapitools.client.models.ErrorBody
import org.openapitools.client.models.Source
import org.openapitools.client.models.SourceType

// The generated settings, less the parameters that are not given: those are left out.
val json = Json(Serializer.kotlinxSerializationJson) { encodeDefaults = false }

fun send(url: String, key: String, body: String?): HttpResponse<String> {
    val request = HttpRequest.newBuilder(URI(url))
    val token = Base64.getEncoder().encodeToString("$key:".toByteArray())
    if (key.isNotEmpty()) request.header("Authorization", "Basic $token")
    if (body != null) {
        request.header("Content-Type", "application/json")
        request.POST(HttpRequest.BodyPublishers.ofString(body))
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString())
}

fun create(url: String, key: String, amount: Long): HttpResponse<String> {
    // call
    val request = SourceParameters(amount = amount, currency = "THB", type = SourceType.promptpay)
    val body = json.encodeToString(SourceParameters.serializer(), request)
    return send("$url/sources", key, body)
    // end
}

fun outcome(answer: HttpResponse<String>): JsonObject {
    if (answer.statusCode() != 200) {
        val error = json.decodeFromString(ErrorBody.serializer(), answer.body())
        return named("error", "status" to answer.statusCode(), "code" to error.code, "message" to error.message)
    }
    return try {
        val source = json.decodeFromString(Source.serializer(), answer.body())
        named(
            "source",
            "id" to source.id, "type" to source.type, "flow" to source.flow,
            "amount" to source.amount, "currency" to source.currency,
            "created" to source.createdAt.toEpochSecond(), "status" to source.chargeStatus,
            "code" to source.scannableCode?.image?.downloadUri,
        )
    } catch (error: IllegalArgumentException) {
        JsonObject(mapOf("failure" to JsonPrimitive(error.message)))
    }
}

fun named(name: String, vararg members: Pair<String, Any?>): JsonObject {
    val values = members.associate { (member, value) -> member to primitive(value) }
    return JsonObject(mapOf(name to JsonObject(values)))
}

fun primitive(value: Any?): JsonElement = when (value) {
    null -> JsonNull
    is Number -> JsonPrimitive(value)
    else -> JsonPrimitive(value.toString())
}

fun main(arguments: Array<String>) {
    val (service, answers, publicKey, secretKey) = arguments
    fun retrieve(url: String, id: String) = outcome(send("$url/sources/$id", secretKey, null))
    val created = outcome(create(service, publicKey, 10000))
    val id = created["source"]?.jsonObject?.get("id")?.jsonPrimitive?.content ?: ""
    val outcomes = mutableMapOf<String, JsonElement>(
        "created" to created,
        "retrieved" to retrieve(service, id),
        "absent" to retrieve(service, "src_test_5g5in1we65199wlsyji"),
        "keyless" to outcome(create(service, "", 10000)),
        "refused" to outcome(create(service, publicKey, 1)),
    )
    for (name in arguments.drop(4)) outcomes[name] = retrieve(answers, name)
    println(JsonObject(outcomes))
}
