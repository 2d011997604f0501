using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.FeedGenerator.Reading;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading;

public sealed class DrainTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly Drain _drain;

    public DrainTests() => _drain = new Drain(_lifetime, Options.Create(new ReadingOptions { Drain = TimeSpan.FromSeconds(3) }), _time);

    public void Dispose() => _drain.Dispose();

    [Fact]
    public async Task Stopping_WhatItHadToDoWasQuick_WaitsForTheRestOfTheTime()
    {
        var stopping = StopAfter(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(stopping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Stopping_WhatItHadToDoTookAsLong_WaitsNoLonger() => Assert.True(StopAfter(TimeSpan.FromSeconds(3)).IsCompleted);

    private Task StopAfter(TimeSpan work)
    {
        _lifetime.StopApplication();
        _time.Advance(work);
        return _drain.StoppingAsync(TestContext.Current.CancellationToken);
    }
}
