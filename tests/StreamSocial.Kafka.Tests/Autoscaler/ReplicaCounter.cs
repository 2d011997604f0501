using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StreamSocial.Control;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Kafka.Tests.Autoscaler;

/// <summary>A control server that remembers what it was asked for, and has those replicas at once. It can go away and come back.</summary>
internal sealed class ReplicaCounter : IAsyncDisposable
{
    private WebApplication? _app;
    private ImmutableArray<int> _asked = [];

    public Uri Address { get; } = new($"http://127.0.0.1:{LoopbackPorts.ChooseFree(1)[0]}");

    /// <summary>Every number that was asked for, in order.</summary>
    public ImmutableArray<int> Asked => _asked;

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Address.AbsoluteUri);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/v1/scale", () => new ScaleDocument(new ScaleSpec(Replicas), new ScaleStatus(Replicas, Replicas), 1, 8));
        _app.MapPut("/v1/scale", (ScaleSpec wanted) =>
        {
            ImmutableInterlocked.Update(ref _asked, asked => asked.Add(wanted.Replicas));
            return Results.Accepted();
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    private int Replicas => _asked is [.., var last] ? last : 1;
}
