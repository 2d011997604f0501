using System.Net;
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

    private static Task<TestServer> StartAsync(DecisionHistory? leading) =>
        ServiceParts.StartAsync("autoscaler", builder => builder.Services.AddSingleton<IDecisionLog>(new FixedLog(leading)));

    private sealed record FixedLog(DecisionHistory? Leading) : IDecisionLog;
}
