// Calls by the client that openapi-generator writes for Java and its own HTTP client.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.SourcesApi;
import org.openapitools.client.model.ErrorBody;
import org.openapitools.client.model.Source;
import org.openapitools.client.model.SourceParameters;
import org.openapitools.client.model.SourceType;

public class Driver {
  static final ObjectMapper JSON = ApiClient.createDefaultObjectMapper();

  // This library leaves the key to the caller: an interceptor adds it.
  static ApiClient client(String url, String key) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(url);
    String token = Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.UTF_8));
    if (!key.isEmpty()) {
      client.setRequestInterceptor(request -> request.header("Authorization", "Basic " + token));
    }
    return client;
  }

  // The call of generators.md: it is compiled, and not run.
  static Source example(String url, String key) throws ApiException {
    var request = new SourceParameters().amount(10000L).currency("THB");
    request.setType(SourceType.PROMPTPAY);
    return new SourcesApi(client(url, key)).createSource(request, null, null);
  }

  static Object send(JsonNode call) throws Exception {
    Map<String, JsonNode> given = new TreeMap<>();
    for (String place : new String[] {"path", "query", "header"}) {
      call.at("/arguments/" + place).fields().forEachRemaining(argument -> given.put(plain(argument.getKey()), argument.getValue()));
    }
    given.put(plain(call.get("request").asText()), call.at("/arguments/body"));
    Method method = method(call.get("operation").asText());
    Parameter[] parameters = method.getParameters();
    Object[] values = new Object[parameters.length];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = given.get(plain(parameters[i].getName()));
      values[i] = value == null ? null : JSON.treeToValue(value, parameters[i].getType());
    }
    ApiClient client = client(call.get("url").asText(), call.get("key").asText(""));
    Object api = method.getDeclaringClass().getConstructor(ApiClient.class).newInstance(client);
    return method.invoke(api, values);
  }

  // An operation is a method of one of the classes in `api`; of those that also take headers or a
  // request, the one without.
  static Method method(String operation) throws Exception {
    Method found = null;
    for (String file : new File(SourcesApi.class.getResource("").toURI()).list()) {
      if (!file.endsWith("Api.class")) continue;
      String name = SourcesApi.class.getPackageName() + "." + file.replace(".class", "");
      for (Method method : Class.forName(name).getMethods()) {
        boolean isShorter = found == null || method.getParameterCount() < found.getParameterCount();
        if (method.getName().equals(operation) && isShorter) found = method;
      }
    }
    return found;
  }

  static String plain(String name) {
    return name.replaceAll("[-_]", "").toLowerCase();
  }

  static Object answer(JsonNode call) {
    try {
      try {
        return Map.of("value", send(call));
      } catch (InvocationTargetException thrown) {
        if (!(thrown.getCause() instanceof ApiException)) throw thrown;
        ApiException error = (ApiException) thrown.getCause();
        if (error.getCode() < 400) throw error;
        return Map.of("status", error.getCode(), "error", JSON.readValue(error.getResponseBody(), ErrorBody.class));
      }
    } catch (Exception error) {
      return Map.of("failure", String.valueOf(error.getCause() == null ? error : error.getCause()));
    }
  }

  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      byte[] answer = JSON.writeValueAsBytes(answer(JSON.readTree(line)));
      System.out.write(answer);
      System.out.println();
      System.out.flush();
    }
  }
}
