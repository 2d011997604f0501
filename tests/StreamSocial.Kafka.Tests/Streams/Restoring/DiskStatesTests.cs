using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State.Disk;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Kafka.Tests.Streams.Restoring;

/// <summary>What a run leaves on disk says of which changelogs it is, and only real brokers tell that.</summary>
public sealed class DiskStatesTests(KraftFixture kafka) : IRecordSender, IDisposable
{
    private const string Topic = "disk-late";

    private readonly string _root = Directory.CreateTempSubdirectory("streamsocial-disk").FullName;

    private string Store => Path.Combine(_root, "store");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Take_TheBrokersDoNotTellTheChangelogAtFirst_AsksAgain()
    {
        var settings = await kafka.GetSettingsAsync();
        var options = new StreamsOptions { GroupId = "disk", MemberId = "member" };
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var host = RuntimeHosts.Create(time);
        var member = new MemberContext(
            settings, options, [new StageDefinition("late", Topic, $"{Topic}-state", _ => throw new NotSupportedException("Nothing runs here."))],
            new TaskEnvironment("member", new CatalogLayout(CountingMember.CatalogOf(Topic)), this, 1, host.Fatal.Report), host);
        var retained = new RetainedStateCache(options, TimeProvider.System);
        using (var disk = new DiskSpace(Store, 1024 * 1024, NullLogger<DiskSpace>.Instance))
        {
            var states = new DiskStates(disk, retained, member);
            var taking = states.TakeAsync(TestContext.Current.CancellationToken);
            using (var administrator = await kafka.GetAdministratorAsync())
                await administrator.CreateAsync([.. CountingMember.CatalogOf(Topic).Topics], TestContext.Current.CancellationToken);
            // Each further try comes when its time has come.
            while (!taking.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.WhenAny(taking, Task.Delay(100, TestContext.Current.CancellationToken));
            }
            await taking;

            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            retained.Load([new KeptState { Topic = Topic, Commit = new CommitRecord(), RetainedAt = now }], disk);
            states.Keep();
        }

        Assert.True(Directory.Exists(Store));
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("Nothing is sent here.");
}
