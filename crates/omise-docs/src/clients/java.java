import co.omise.Client;
import co.omise.models.Source;
import co.omise.models.SourceType;

class CreateSource {
    public static void main(String[] arguments) throws Exception {
        var client = new Client.Builder().publicKey(System.getenv("OMISE_PUBLIC_KEY")).build();
        Source source = client.sendRequest(
            new Source.CreateRequestBuilder()
                .type(SourceType.PromptPay)
                .amount(10000)
                .currency("thb")
                .build());
        System.out.println(source.getId());
    }
}
