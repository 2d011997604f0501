using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Operations.Stages;
using StreamSocial.Streams;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Streams;

/// <summary>A member of a group of its own, in the test's process, that counts the records of one partition by their keys, and fails at those whose value is 0.</summary>
internal sealed class CountingMember : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private bool _isDisposed;

    private CountingMember(WebApplication app) => _app = app;

    public StreamsRuntime Runtime => _app.Services.GetRequiredService<StreamsRuntime>();

    /// <summary>What the members report, and what operators want of the stage.</summary>
    public StageView View => new(_app.Services.GetRequiredService<StageControlsView>(), () => [.. Members.Current.Members.Values]);

    /// <summary>The records that are counted now; null while the task cannot be read.</summary>
    public long? Counted => Count();

    /// <summary>Whether it has begun to end.</summary>
    public bool IsStopping => _app.Lifetime.ApplicationStopping.IsCancellationRequested;

    public long AcknowledgedOffset => Runtime.Positions.SingleOrDefault().Acknowledged;

    public long CommittedOffset => Runtime.Positions.SingleOrDefault().Committed;

    public static TopicCatalog CatalogOf(string input) => new(
    [
        Topic(input, CleanupPolicy.Delete), Topic($"{input}-state", CleanupPolicy.Compact), Topic(DeadLetterTopic.NameOf(input), CleanupPolicy.Delete),
        Topic($"{input}-members", CleanupPolicy.Compact), Topic($"{input}-rebalances", CleanupPolicy.Delete),
        Topic($"{input}-controls", CleanupPolicy.Compact),
    ]);

    public static async Task<CountingMember> StartAsync(KraftFixture kafka, string input, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = (await kafka.GetSettingsAsync()).BootstrapServers,
            ["Streams:CheckpointInterval"] = "00:00:00.5",
            // It would compile the tests.
            ["Streams:CompileFirst"] = "false",
            ["Streams:MaxTaskRetryDelay"] = "00:00:01",
            ["Streams:MemberId"] = $"{input}-{Guid.NewGuid():N}",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddStreams(new StreamsApplication(input, CatalogOf(input), $"{input}-members", $"{input}-rebalances") { StageControlsTopic = $"{input}-controls" })
            .AddStage(_ => new StageDefinition("count", input, $"{input}-state", context => new CountProcessor(context)));
        var member = new CountingMember(builder.Build());
        await member._app.StartAsync();
        return member;
    }

    /// <summary>Waits until so many records are counted.</summary>
    public Task HasCountedAsync(long expected) => Until.TrueAsync(
        $"{expected} are counted", () => Count() == expected, () => $"{Count()}, failed [{string.Join(", ", Runtime.Failed)}], {Fatal.First?.Message ?? "running"}", Patience);

    /// <summary>Waits until everything before an input offset is in a durable checkpoint.</summary>
    public Task HasCommittedAsync(long offset) => Until.TrueAsync($"the checkpoint is at {offset}", () => CommittedOffset == offset, () => $"{CommittedOffset}", Patience);

    /// <summary>Waits until it knows of so many members, itself included.</summary>
    public Task KnowsMembersAsync(int expected) =>
        Until.TrueAsync($"{expected} members are known", () => Members.Current.Members.Count == expected, () => $"{Members.Current.Members.Count}", Patience);

    /// <summary>It cannot go on.</summary>
    public void Fail(string reason) => Fatal.Stop(reason);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private FatalErrors Fatal => _app.Services.GetRequiredService<FatalErrors>();

    private IMembersView Members => _app.Services.GetRequiredService<IMembersView>();

    private long? Count() => Runtime.TryRead("count", 0, (CountProcessor processor) => processor.Count, out var count) == TaskAvailability.Running ? count : null;

    private static TopicSpec Topic(string name, CleanupPolicy cleanup) => new(name, 1, cleanup, cleanup == CleanupPolicy.Delete ? TimeSpan.FromHours(1) : null, "");

    private sealed class CountProcessor(ITaskContext context) : IRecordProcessor
    {
        private readonly IStateStore<string, long> _counts = context.OpenStore(16, "counts", Codecs.Utf8, Codecs.Int64);

        public long Count => _counts.Entries.Sum(entry => entry.Value);

        public void Process(in InputEntry entry, IEmitter emitter)
        {
            if (entry.Payload.Span is [0])
                throw new InvalidOperationException("A test's entry.");
            var key = Convert.ToHexString(entry.Key.Span);
            _counts.Put(key, _counts.TryGet(key, out var count) ? count + 1 : 1);
        }
    }
}
