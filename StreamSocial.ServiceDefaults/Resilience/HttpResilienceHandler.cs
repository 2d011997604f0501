using Polly;

namespace StreamSocial.ServiceDefaults.Resilience;

/// <summary>Sends each request through the <see cref="HttpResiliencePipeline"/>.</summary>
internal sealed class HttpResilienceHandler(HttpResiliencePipeline resilience) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(HttpResiliencePipeline.Request, request);
        try
        {
            return await resilience.Pipeline.ExecuteAsync(
                static async (attempt, state) => await state.Send(state.Request, attempt.CancellationToken),
                context,
                (Request: request, Send: (Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>)base.SendAsync));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
