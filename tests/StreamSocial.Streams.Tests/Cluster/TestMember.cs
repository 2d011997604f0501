using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>A member of the group in the test's process.</summary>
internal sealed class TestMember : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestMember(WebApplication app) => _app = app;

    public ITaskReader Reader => _app.Services.GetRequiredService<ITaskReader>();

    public StreamsRuntime Runtime => _app.Services.GetRequiredService<StreamsRuntime>();

    public StreamsOptions Options => _app.Services.GetRequiredService<IOptions<StreamsOptions>>().Value;

    /// <summary>The scope of this member's meters: other members of the process have meters of the same name.</summary>
    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public IMembersView Members => _app.Services.GetRequiredService<IMembersView>();

    public Task<HealthReport> CheckHealthAsync() => _app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    /// <summary>The members' reports as they are in the topic.</summary>
    public TopicTable<string, Member> Reports => _app.Services.GetRequiredService<TopicTable<string, Member>>();

    /// <summary>Why it ends; null while nothing went wrong.</summary>
    public string? EndedBecause => _app.Services.GetRequiredService<FatalErrors>().First?.Message;

    public bool IsStopping => _app.Lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Number of entries that the sequence checks of this member have applied.</summary>
    public long EntriesChecked => Checks(check => check.Last.Values.Sum());

    /// <summary>Entries that did not carry the next number of their key.</summary>
    public long OutOfTurn => Checks(check => check.OutOfTurn);

    public Task WaitForTasksAsync(int tasks) => Expect.EventuallyAsync(
        $"member has {tasks} tasks", () => Runtime.Assigned == tasks && Runtime.Restoring == 0, () => $"{Runtime.Assigned} assigned, {Runtime.Restoring} restoring");

    public static Task<TestMember> StartAsync(TestCluster cluster, string name, params (string Key, string Value)[] settings) => StartAsync(cluster, name, null, settings);

    /// <param name="cluster">The brokers.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="onLog">Called with each line that it logs; it may stop the member.</param>
    /// <param name="settings">Its settings, besides those of the cluster.</param>
    public static async Task<TestMember> StartAsync(TestCluster cluster, string name, Action<TestMember, string>? onLog, params (string Key, string Value)[] settings)
    {
        TestMember? member = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(cluster.Configuration)
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)).Append(KeyValuePair.Create("Streams:MemberId", (string?)name)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (onLog is not null)
            builder.Logging.SetMinimumLevel(LogLevel.Debug).AddFakeLogging(options => options.OutputSink = line => onLog(member!, line));
        builder.AddStreams(TestTopics.Application)
            .AddStage(_ => RelayProcessor.Stage(payload => cluster.Refuse(payload), payload => cluster.FailLate(payload))).AddStage(_ => SequenceCheckProcessor.Stage(() => cluster.BeforeCheck()));
        member = new TestMember(builder.Build());
        try
        {
            await member._app.StartAsync();
        }
        catch (OperationCanceledException) when (onLog is not null && member.IsStopping)
        {
            // It was stopped while it started.
        }
        return member;
    }

    /// <summary>Asks it to stop, as a signal does. Returns at once.</summary>
    public void RequestStop() => _app.Lifetime.StopApplication();

    private long Checks(Func<SequenceCheckProcessor, long> read) => Reader.RunningPartitions("sequence-check").Sum(partition =>
        Reader.TryRead("sequence-check", partition, read, out var result) == TaskAvailability.Running ? result : 0);

    /// <summary>Leaves in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>Waits for a condition; a timeout says which phase, and what was there instead.</summary>
internal static class Expect
{
    public static async Task EventuallyAsync(string phase, Func<bool> condition, Func<string> actual, int seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"{phase}: not within {seconds} s; there was {actual()}");
            await Task.Delay(50);
        }
    }
}
