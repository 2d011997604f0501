using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Control;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Signals;

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
            builder => builder.Services.AddSingleton<IDecisionLog>(log).AddSingleton<IDecisionSink>(new TakingSink(() => log.Leading = null)),
            $"--Scale:Token={ControlToken}");
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/override") { Content = method == "PUT" ? JsonContent.Create(new OverrideRequest("paused", null)) : null };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ControlToken);

        using var answer = await server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("not_leading", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    /// <summary>The bounds of the options are known all the same.</summary>
    [Fact]
    public async Task Put_OrchestratorCannotBeRead_IsTaken()
    {
        var log = new FixedLog(new DecisionHistory(1, ManualOverride.None, [], null));
        await using var server = await ServiceParts.StartAsync(
            "autoscaler",
            builder =>
            {
                builder.Services.RemoveAll<IReplicaActuator>();
                builder.Services.AddSingleton<IReplicaActuator>(new BrokenActuator()).AddSingleton<IDecisionLog>(log).AddSingleton<IDecisionSink>(new TakingSink(static () => { }));
            },
            $"--Scale:Token={ControlToken}");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/override") { Content = JsonContent.Create(new OverrideRequest("fixed", 3)) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ControlToken);

        using var answer = await server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<TestServer> StartAsync(DecisionHistory? leading) =>
        ServiceParts.StartAsync("autoscaler", builder => builder.Services.AddSingleton<IDecisionLog>(new FixedLog(leading)));

    private sealed class FixedLog(DecisionHistory? leading) : IDecisionLog
    {
        public DecisionHistory? Leading { get; set; } = leading;
    }

    private sealed class BrokenActuator : IReplicaActuator
    {
        public string Name => ObservedReplicaActuator.ActuatorName;

        public Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken) => throw new IOException("broken");

        public Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken) => throw new IOException("broken");
    }

    /// <summary>Takes each record, and something happens meanwhile.</summary>
    private sealed class TakingSink(Action meanwhile) : IDecisionSink
    {
        public void Publish(DecisionRecord record)
        {
        }

        public void Publish(ScalingDecision decision)
        {
        }

        public Task<bool> PublishAsync(DecisionRecord record, CancellationToken cancellationToken)
        {
            meanwhile();
            return Task.FromResult(true);
        }
    }
}
