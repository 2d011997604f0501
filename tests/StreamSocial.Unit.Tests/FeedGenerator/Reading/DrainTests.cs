using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.FeedGenerator.Reading;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading;

public sealed class DrainTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly Members _members = new() { Current = Snapshot(isLeaving: false) };

    [Fact]
    public async Task Stopping_WhatItHadToDoWasQuick_WaitsForTheRestOfTheTime()
    {
        using var drain = Create();
        _lifetime.StopApplication();
        _time.Advance(TimeSpan.FromSeconds(1));
        await AssertWaitsAsync(drain, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Stopping_AHostThatIsStoppedDirectly_Waits()
    {
        using var drain = Create();
        _time.Advance(TimeSpan.FromMinutes(1));
        await AssertWaitsAsync(drain, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Stopping_WhatItHadToDoTookAsLong_WaitsNoLonger()
    {
        using var drain = Create();
        _lifetime.StopApplication();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(drain.StoppingAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public void Stopping_AllReplicasLeave_DoesNotWait()
    {
        _members.Current = Snapshot(isLeaving: true);
        using var drain = Create();
        _lifetime.StopApplication();
        Assert.True(drain.StoppingAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    private Drain Create() => new(_lifetime, Options.Create(new ReadingOptions { Drain = TimeSpan.FromSeconds(3) }), _members, _time);

    private async Task AssertWaitsAsync(Drain drain, TimeSpan rest)
    {
        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);
        _time.Advance(rest - TimeSpan.FromMilliseconds(100));
        Assert.False(stopping.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static MembersSnapshot Snapshot(bool isLeaving) => new(1, ImmutableDictionary<string, Member>.Empty.Add("other", new Member { MemberId = "other", IsLeaving = isLeaving }), IsCaughtUp: true);

    private sealed class Members : IMembersView
    {
        public required MembersSnapshot Current { get; set; }

        public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException();

        public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner) => throw new NotSupportedException();
    }
}
