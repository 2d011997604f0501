using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.FeedGenerator;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Peers;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading;

/// <summary>The read API on a real server, with tasks that the test controls.</summary>
internal sealed class FakeReplica : ITaskReader, IMembersView, IAsyncDisposable
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(20);

    private readonly Dictionary<(string Stage, int Partition), Running> _tasks = [];
    private readonly HashSet<(string Stage, int Partition)> _restoring = [];
    private readonly Dictionary<(string Stage, int Partition), int> _reads = [];
    private readonly Lock _lock = new();
    private readonly FakeGroup _group;
    private int _ownerLookups;
    private Uri? _advertised;
    private readonly string _id;
    private readonly WebApplication _app;

    private FakeReplica(FakeGroup group, string id, (string Key, string Value)[] settings)
    {
        (_group, _id) = (group, id);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ITaskReader>(this).AddSingleton<IMembersView>(this).AddSingleton<ITopicLayout>(group).AddSingleton<IPullPosts>(Pulled);
        builder.Services.AddOptions<PeersOptions>().BindConfiguration(PeersOptions.SectionName);
        builder.Services.AddFeeds();
        _app = builder.Build();
        _app.MapFeedGenerator();
    }

    public HttpClient Http { get; private set; } = new();

    /// <summary>This replica's table of pulled posts.</summary>
    public PullPostsIndex Pulled { get; } = new();

    public MembersSnapshot Current => _group.Snapshot();

    public Uri Endpoint => _advertised ?? Http.BaseAddress!;

    private FeedChangeNotifier NotifierOf(FakeStage stage) =>
        _app.Services.GetKeyedService<FeedChangeNotifier>(stage.Name) ?? _app.Services.GetRequiredService<FeedChangeNotifier>();

    public static async Task<FakeReplica> StartAsync(FakeGroup group, string id, (string Key, string Value)[] settings)
    {
        var replica = new FakeReplica(group, id, settings);
        await replica._app.StartAsync();
        replica.Http.BaseAddress = new(replica._app.Urls.Single());
        return replica;
    }

    /// <summary>Lets the others take another address for this replica's.</summary>
    public void Advertise(Uri address) => _advertised = address;

    public void Run(FakeStage stage, int partition, FakeTaskContext context)
    {
        lock (_lock)
        {
            _restoring.Remove((stage.Name, partition));
            _tasks[(stage.Name, partition)] = new(context, stage.Create(context, NotifierOf(stage), Pulled));
        }
    }

    public FakeTaskContext Stop(FakeStage stage, int partition, bool isRestoring = false)
    {
        lock (_lock)
        {
            Assert.True(_tasks.Remove((stage.Name, partition), out var task));
            if (isRestoring)
                _restoring.Add((stage.Name, partition));
            return task.Context;
        }
    }

    /// <returns>What the task emitted.</returns>
    public FakeEmitter Process(FakeStage stage, int partition, IMessage payload)
    {
        var emitter = new FakeEmitter();
        lock (_lock)
            _tasks[(stage.Name, partition)].Processor.Process(payload, emitter);
        return emitter;
    }

    public TaskAvailability TryRead<TProcessor, TResult>(
        string stage, int partition, Func<TProcessor, TResult> read, [MaybeNull] out TResult result)
        where TProcessor : class, IRecordProcessor
    {
        lock (_lock)
        {
            result = default;
            _reads[(stage, partition)] = _reads.GetValueOrDefault((stage, partition)) + 1;
            if (!_tasks.TryGetValue((stage, partition), out var task))
                return _restoring.Contains((stage, partition)) ? TaskAvailability.Restoring : TaskAvailability.NotHere;
            result = read((TProcessor)task.Processor);
            return TaskAvailability.Running;
        }
    }

    public IReadOnlyList<int> RunningPartitions(string stage)
    {
        lock (_lock)
            return [.. _tasks.Keys.Where(task => task.Stage == stage).Select(task => task.Partition)];
    }

    public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException();

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        Interlocked.Increment(ref _ownerLookups);
        owner = _group.TryGetOwner(topic, partition, out var found) ? new(found._id, found.Endpoint, found == this) : null;
        return owner is not null;
    }

    /// <summary>Waits until the task was asked for so many times more, whether it runs here or not.</summary>
    public Task WaitForReadsAsync(FakeStage stage, int partition, int more) =>
        WaitForMoreAsync($"reads of {stage.Name}/{partition} at {_id}", () => ReadsOf(stage, partition), more);

    /// <summary>Waits until this replica has looked up an owner so many times more.</summary>
    public Task WaitForOwnerLookupsAsync(int more) => WaitForMoreAsync($"lookups of an owner by {_id}", () => Volatile.Read(ref _ownerLookups), more);

    public Task StopServerAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>How often the task was asked for.</summary>
    public int ReadsOf(FakeStage stage, int partition)
    {
        lock (_lock)
            return _reads.GetValueOrDefault((stage.Name, partition));
    }

    private static async Task WaitForMoreAsync(string what, Func<int> count, int more)
    {
        var before = count();
        var started = TimeProvider.System.GetTimestamp();
        while (count() is var now && now < before + more)
        {
            if (TimeProvider.System.GetElapsedTime(started) > WaitTimeout)
                Assert.Fail($"Expected {more} more {what} within {WaitTimeout.TotalSeconds:0} s; there were {now - before}.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private sealed record Running(FakeTaskContext Context, IRecordProcessor Processor);
}
