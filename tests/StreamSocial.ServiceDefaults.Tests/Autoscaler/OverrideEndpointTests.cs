using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Control;
using StreamSocial.Scaling;

namespace StreamSocial.ServiceDefaults.Tests.Autoscaler;

/// <summary>What an autoscaler says of the override: what it does not know is not none.</summary>
public sealed class OverrideEndpointTests
{
    private const string ControlToken = "token-of-this-test";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_AnotherAutoscalerDecides_IsUnknown()
    {
        await using var server = await StartAsync(null);

        using var answer = await server.Client.GetAsync("/v1/override", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("not_leading", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_BeforeTheFirstDecisionOfATerm_IsWhatHeldBeforeIt()
    {
        await using var server = await StartAsync(new DecisionHistory(1, new ManualOverride(ScalingOverrideKind.Fixed, 3, null), [], null));

        Assert.Equal(new OverrideDocument("fixed", 3, null), await server.Client.GetFromJsonAsync<OverrideDocument>("/v1/override", Token));
    }

    /// <summary>The one that decides now may not know of it.</summary>
    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Change_AnotherAutoscalerBeginsWhileItIsRecorded_IsNotDone(string method)
    {
        var log = new FixedLog(new DecisionHistory(1, ManualOverride.None, [], null));
        await using var server = await ServiceParts.StartAsync(
            "autoscaler",
            builder => builder.Services.AddSingleton<IDecisionLog>(log).AddSingleton<IDecisionSink>(new LosingSink(log)),
            $"--Scale:Token={ControlToken}");
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/override") { Content = method == "PUT" ? JsonContent.Create(new OverrideRequest("paused", null)) : null };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ControlToken);

        using var answer = await server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("not_leading", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static Task<TestServer> StartAsync(DecisionHistory? leading) =>
        ServiceParts.StartAsync("autoscaler", builder => builder.Services.AddSingleton<IDecisionLog>(new FixedLog(leading)));

    private sealed class FixedLog(DecisionHistory? leading) : IDecisionLog
    {
        public DecisionHistory? Leading { get; set; } = leading;
    }

    /// <summary>Takes each record, and meanwhile another autoscaler begins.</summary>
    private sealed class LosingSink(FixedLog log) : IDecisionSink
    {
        public void Publish(DecisionRecord record)
        {
        }

        public void Publish(ScalingDecision decision)
        {
        }

        public Task<bool> PublishAsync(DecisionRecord record, CancellationToken cancellationToken)
        {
            log.Leading = null;
            return Task.FromResult(true);
        }
    }
}
