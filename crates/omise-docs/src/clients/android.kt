import co.omise.android.api.Client
import co.omise.android.api.RequestListener
import co.omise.android.models.Source
import co.omise.android.models.SourceType

val client = Client("pkey_test_...")
val request = Source.CreateSourceRequestBuilder(10000L, "thb", SourceType.PromptPay).build()
client.send(request, object : RequestListener<Source> {
    override fun onRequestSucceed(model: Source) = println("${model.id} ${model.flow}")
    override fun onRequestFailed(throwable: Throwable) = println(throwable.message)
})
