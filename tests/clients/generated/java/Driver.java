// Uses the client that openapi-generator writes for Java and its own HTTP client.
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.SourcesApi;
import org.openapitools.client.model.SourceParameters;
import org.openapitools.client.model.ErrorBody;
import org.openapitools.client.model.Source;
import org.openapitools.client.model.SourceType;

public class Driver {
  interface Call {
    Source send() throws ApiException;
  }

  static final ObjectMapper JSON = ApiClient.createDefaultObjectMapper();

  // call
  // This library leaves the key to the caller: an interceptor adds it.
  static SourcesApi sources(String url, String key) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(url);
    String token = Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.UTF_8));
    if (!key.isEmpty()) {
      client.setRequestInterceptor(request -> request.header("Authorization", "Basic " + token));
    }
    return new SourcesApi(client);
  }
  // end

  static Source create(String url, String key, long amount) throws ApiException {
    // call
    SourcesApi api = sources(url, key);
    var request = new SourceParameters().amount(amount).currency("THB");
    request.setType(SourceType.PROMPTPAY);
    return api.createSource(request, null, null);
    // end
  }

  static Map<String, Object> outcome(Call call) throws Exception {
    try {
      Source source = call.send();
      var code = source.getScannableCode();
      Map<String, Object> seen = new LinkedHashMap<>();
      seen.put("id", source.getId());
      seen.put("type", source.getType());
      seen.put("flow", source.getFlow());
      seen.put("amount", source.getAmount());
      seen.put("currency", source.getCurrency());
      seen.put("created", source.getCreatedAt().toEpochSecond());
      seen.put("status", source.getChargeStatus());
      seen.put("code", code == null ? null : code.getImage().getDownloadUri());
      return Map.of("source", seen);
    } catch (ApiException error) {
      if (error.getResponseBody() == null || error.getCode() == 200) {
        return Map.of("failure", String.valueOf(error.getMessage()));
      }
      ErrorBody body = JSON.readValue(error.getResponseBody(), ErrorBody.class);
      return Map.of("error", Map.of("status", error.getCode(), "code", body.getCode(), "message", body.getMessage()));
    }
  }

  public static void main(String[] arguments) throws Exception {
    List<String> rest = new ArrayList<>(List.of(arguments));
    String service = rest.remove(0), answers = rest.remove(0);
    String publicKey = rest.remove(0), secretKey = rest.remove(0);
    Source source = create(service, publicKey, 10000);
    SourcesApi api = sources(service, secretKey);
    Map<String, Object> outcomes = new LinkedHashMap<>();
    outcomes.put("created", outcome(() -> source));
    outcomes.put("retrieved", outcome(() -> api.retrieveSource(source.getId(), null)));
    outcomes.put("absent", outcome(() -> api.retrieveSource("src_test_5g5in1we65199wlsyji", null)));
    outcomes.put("keyless", outcome(() -> create(service, "", 10000)));
    outcomes.put("refused", outcome(() -> create(service, publicKey, 1)));
    for (String name : rest) {
      outcomes.put(name, outcome(() -> sources(answers, secretKey).retrieveSource(name, null)));
    }
    System.out.println(JSON.writeValueAsString(outcomes));
  }
}
